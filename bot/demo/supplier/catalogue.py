"""Who the demo supplier is, to whom it sells and what. Invented; facts only, no behaviour."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Address:
    street: str
    number: str
    district: str
    city: str
    city_code: str
    """IBGE code of the municipality."""
    state: str
    zip: str


@dataclass(frozen=True, kw_only=True)
class Company:
    """A customer company; `id` is the `revendaId` of the ERP interface."""

    id: int
    name: str
    cnpj: str
    state_registration: str
    phone: str
    email: str
    address: Address
    wants: str
    """Which product ranges it buys: letters of `Product.ranges`."""
    orders: int
    """How many orders it placed in the 18 months, apart from the well-known ones."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    company: int
    name: str
    email: str
    phone: str = ""
    """As somebody at the supplier typed it: no country code. Empty: not known."""


@dataclass(frozen=True, kw_only=True)
class Centre:
    """A distribution centre: an establishment of the supplier that picks, invoices and despatches."""

    prefix: str
    name: str
    cnpj: str
    state_registration: str
    state_code: str
    """IBGE code of the state, as it opens an NF-e access key."""
    phone: str
    address: Address
    freight_share: float
    """Freight as a share of the goods' value."""


@dataclass(frozen=True)
class Carrier:
    name: str
    cnpj: str
    tracking_prefix: str
    tracking_url: str
    """`{}` is the tracking number."""
    city: str
    state: str


@dataclass(frozen=True)
class Product:
    part_number: str
    description: str
    ncm: str
    unit: str
    cents: int
    kilos: float
    ranges: str
    """i industry, h hospital, a farming."""
    serial_prefix: str = ""
    """Products with a serial number per piece have a prefix here."""


SUPPLIER = "Atlântica Suprimentos Industriais Ltda"
SUPPLIER_SITE = "www.atlantica.example"
SUPPLIER_EMAIL = "pedidos@atlantica.example"

# All tax numbers here are made up, with right check digits.
CENTRES = (
    Centre(
        prefix="CD1",
        name="CD1 São Paulo",
        cnpj="99417260000124",
        state_registration="149382716110",
        state_code="35",
        phone="1132740100",
        address=Address(
            street="Rodovia Presidente Dutra",
            number="2350",
            district="Vila Maria",
            city="São Paulo",
            city_code="3550308",
            state="SP",
            zip="02178000",
        ),
        freight_share=0.018,
    ),
    Centre(
        prefix="CD2",
        name="CD2 Recife",
        cnpj="99417260000205",
        state_registration="032481760",
        state_code="26",
        phone="8133120200",
        address=Address(
            street="Avenida Recife",
            number="5777",
            district="Jardim São Paulo",
            city="Recife",
            city_code="2611606",
            state="PE",
            zip="50865000",
        ),
        freight_share=0.031,
    ),
)

CARRIERS = {
    "CD1": (
        Carrier(
            "Rodovia Sul Transportes Ltda",
            "98210744000135",
            "RS",
            "https://rastreio.rodoviasul.example/carga/{}",
            "Guarulhos",
            "SP",
        ),
        Carrier(
            "TransVale Cargas S.A.",
            "98335021000162",
            "TV",
            "https://rastreio.transvale.example/?codigo={}",
            "Campinas",
            "SP",
        ),
    ),
    "CD2": (
        Carrier(
            "Expresso Nordeste Ltda",
            "98570913000148",
            "EN",
            "https://expressonordeste.example/rastrear/{}",
            "Recife",
            "PE",
        ),
        Carrier(
            "Litoral Log Transportes Ltda",
            "98602458000115",
            "LL",
            "https://portal.litorallog.example/t/{}",
            "Jaboatão dos Guararapes",
            "PE",
        ),
    ),
}

COMPANIES = (
    Company(
        id=55,
        name="Northwind Industrial Ltda",
        cnpj="98114307000118",
        state_registration="244518903115",
        phone="1937210550",
        email="compras@northwind.example",
        address=Address(
            street="Avenida Mercedes-Benz",
            number="1480",
            district="Distrito Industrial",
            city="Campinas",
            city_code="3509502",
            state="SP",
            zip="13054750",
        ),
        wants="i",
        orders=224,
    ),
    Company(
        id=56,
        name="Southgate Comércio S.A.",
        cnpj="98226518000142",
        state_registration="041776325",
        phone="8134310560",
        email="suprimentos@southgate.example",
        address=Address(
            street="Avenida Mascarenhas de Morais",
            number="3905",
            district="Imbiribeira",
            city="Recife",
            city_code="2611606",
            state="PE",
            zip="51170000",
        ),
        wants="iah",
        orders=176,
    ),
    Company(
        id=57,
        name="Meridian Hospitalar Ltda",
        cnpj="98338829000101",
        state_registration="0623079040081",
        phone="3133890570",
        email="compras@meridian.example",
        address=Address(
            street="Rua dos Otoni",
            number="772",
            district="Santa Efigênia",
            city="Belo Horizonte",
            city_code="3106200",
            state="MG",
            zip="30150270",
        ),
        wants="h",
        orders=148,
    ),
    Company(
        id=58,
        name="Pampa Agro Ltda",
        cnpj="98440931000105",
        state_registration="0910284713",
        phone="5433160580",
        email="pedidos@pampa.example",
        address=Address(
            street="Rodovia BR-285",
            number="Km 292",
            district="São José",
            city="Passo Fundo",
            city_code="4314100",
            state="RS",
            zip="99052900",
        ),
        wants="a",
        orders=112,
    ),
)

CONTACTS = (
    Contact(company=55, name="Ana Souza", email="ana.souza@northwind.example"),
    Contact(company=55, name="Bruno Lima", email="bruno.lima@northwind.example", phone="(11) 98765-0002"),
    Contact(company=56, name="Carla Dias", email="carla.dias@southgate.example", phone="(11) 98765-0003"),
    Contact(company=57, name="Diego Alves", email="diego.alves@meridian.example"),
    Contact(company=58, name="Elisa Rocha", email="elisa.rocha@pampa.example"),
)
