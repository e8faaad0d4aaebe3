"""Talk about people and companies: recognised as whole sentences, and nothing else taken for it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions import Intent, Question, understand

TOKEN = "inv-0123456789abcdef0123456789abcdef"


def asked(text: str, locale: str = "en") -> Question:
    return understand(
        text, now=datetime(2026, 3, 1, 12, tzinfo=UTC), time_zone=ZoneInfo("UTC"), locale=locale
    )


SENTENCES = {
    Intent.INVITE: """invite a colleague; invite @U0BRUNO as buyer; please invite @U0BRUNO; Invite someone;
        convidar um colega; convide @U0BRUNO como comprador; invitar a @U0BRUNO como logística; invite;
        can you invite @U0BRUNO as accounts payable?; convidar @U0BRUNO""",
    Intent.MEMBERS: """members; Members!; show members; who has access?; who can see our orders; membros;
        quem tem acesso?; miembros; quién tiene acceso; mostrar membros; list members, please""",
    Intent.OPEN_PAGE: """open in the browser; Open in browser!; please open my orders in the browser;
        see all my orders on a page;
        abrir no navegador; abrir meus pedidos no navegador; ver todos os pedidos na web;
        abrir en el navegador; ver mis pedidos en el navegador; abre todos los pedidos en la web""",
    Intent.HISTORY: """who looked up what?; access history; audit; audit log; quem consultou o que;
        histórico de acessos; auditoria; quién consultó; historial de accesos; show the access log""",
    Intent.REACH: """reach @U0BRUNO own orders; reach of Bruno Lima: the whole company; reach;
        please set the reach of @U0BRUNO to the company and its branches; reach @U0BRUNO branch Curitiba;
        alcance @U0BRUNO próprios pedidos; alcance de Bruno Lima: a empresa toda; set reach of Bruno Lima;
        mudar o alcance de @U0BRUNO para a empresa e suas filiais; alcance @U0BRUNO pedidos propios;
        alcance de Ana: toda la empresa; alcance @U0BRUNO sucursal Sur; reach of 700002: own;
        alcance de Ana: filial Curitiba; cambiar el alcance de @U0BRUNO a la empresa y sus sucursales""",
    Intent.LINK_PHONE: """link by phone; link with my phone; vincular por telefone; vincular com meu telefone;
        vincular con mi teléfono; verify by phone; link me by phone""",
    Intent.LINK_WORKSPACE: """link workspace; link this workspace; tie the workspace; vincular o workspace;
        vincular espaço de trabalho; vincular este espacio de trabajo; link workspace ana@northwind.example;
        please link our Slack workspace""",
    Intent.CONFIRM_WORKSPACE: """confirm workspace; confirm the workspace;
        confirmar workspace; confirme o workspace""",
    Intent.UNTIE_WORKSPACE: """unlink workspace; unlink this workspace;
        desvincular workspace; untie the workspace""",
    Intent.TIE_CHANNEL: """tie this channel to Northwind; link channel to Northwind; tie group to Acme Steel;
        vincular este canal a Northwind; vincular este grupo a Northwind; link this channel to company 55""",
    Intent.UNTIE_CHANNEL: "untie channel; untie this group; desvincular canal; desvincular este grupo",
    Intent.SWITCH_COMPANY: """switch to Northwind; company northwind; use company Southgate; switch company;
        trocar para Northwind; empresa Northwind; trocar de empresa; cambiar a Northwind; company 55;
        cambiar de empresa; change company to Northwind; company 12.345.678/0001-95""",
    Intent.JOIN: """request access 12.345.678/0001-95; join 12345678000195;
        pedir acesso CNPJ 12.345.678/0001-95;
        solicitar acceso 12.345.678/0001-95; request access; request access to company 12ABC34501DE35;
        pedir acesso""",
    Intent.STAFF_ADD: """staff add @U0SOFIA; add @S0SUPPORT to staff; make @U0SOFIA staff;
        staff add @U0SOFIA as admin; add @U0SOFIA to the staff""",
    Intent.STAFF_REMOVE: "staff remove @U0SOFIA; remove @U0SOFIA from staff",
    Intent.STAFF_LIST: "staff; list staff; show the staff",
    Intent.INVITATION: f"""{TOKEN}; {TOKEN.upper()}; here it is: {TOKEN}; https://t.me/orderbot?start={TOKEN};
        /start {TOKEN}; ({TOKEN}); my code is {TOKEN}, thanks""",
}
CASES = [
    (intent, text.strip()) for intent, texts in SENTENCES.items() for text in texts.split(";") if text.strip()
]


@pytest.mark.parametrize(("intent", "text"), CASES)
def test_talk_about_the_account_is_understood(intent: Intent, text: str) -> None:
    assert asked(text).intent is intent


@pytest.mark.parametrize(
    ("text", "reach", "people", "member", "branch"),
    [
        ("reach @U0BRUNO own orders", "own", ("U0BRUNO",), None, None),
        ("reach of Bruno Lima: the whole company", "company", (), "bruno lima", None),
        ("please set the reach of @U0BRUNO to the whole company", "company", ("U0BRUNO",), None, None),
        ("reach @U0BRUNO company and its branches", "company_tree", ("U0BRUNO",), None, None),
        ("reach @U0BRUNO branch Curitiba", "unit", ("U0BRUNO",), None, "curitiba"),
        ("reach @U0BRUNO branch", "unit", ("U0BRUNO",), None, None),
        ("set reach of Bruno Lima", None, (), "bruno lima", None),
        ("reach of 700002: own", "own", (), "700002", None),
        ("reach", None, (), None, None),
        ("alcance @U0BRUNO próprios pedidos", "own", ("U0BRUNO",), None, None),
        ("mudar o alcance de @U0BRUNO para a empresa toda", "company", ("U0BRUNO",), None, None),
        ("alcance de Ana: a empresa e suas filiais", "company_tree", (), "ana", None),
        ("alcance de Ana: filial de Curitiba", "unit", (), "ana", "curitiba"),
        ("cambiar el alcance de @U0BRUNO a pedidos propios", "own", ("U0BRUNO",), None, None),
        ("alcance de Ana: toda la empresa", "company", (), "ana", None),
        ("alcance @U0BRUNO la empresa y sus sucursales", "company_tree", ("U0BRUNO",), None, None),
        ("alcance @U0BRUNO sucursal Sur", "unit", ("U0BRUNO",), None, "sur"),
    ],
)
def test_how_far_a_colleague_sees_is_read_with_whom_it_is_about(
    text: str, reach: str | None, people: tuple[str, ...], member: str | None, branch: str | None
) -> None:
    question = asked(text)
    assert (question.intent, question.reach) == (Intent.REACH, reach)
    assert (question.people, question.member, question.company) == (people, member, branch)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("did PO-7782 reach the company?", Intent.FIND),
        ("how do I reach you", Intent.UNKNOWN),
        ("invoice of PO-7782", Intent.DOCUMENTS),
        ("order history", Intent.LIST),
        ("histórico de pedidos", Intent.LIST),
        ("historial de pedidos", Intent.LIST),
        ("which company", Intent.WHO_AM_I),
        ("company", Intent.WHO_AM_I),
        ("my company", Intent.WHO_AM_I),
        ("unlink", Intent.UNLINK),
        ("unlink me", Intent.UNLINK),
        ("link me", Intent.LINK),
        ("link my account", Intent.LINK),
        ("ana@northwind.example", Intent.LINK),
        ("where is PO-7782?", Intent.FIND),
        ("company order 104233", Intent.FIND),
        ("what is still open?", Intent.LIST),
        ("last 5 orders", Intent.LIST),
        ("123456", Intent.FIND),
        ("inv-12345", Intent.FIND),
        ("thanks team", Intent.THANKS),
    ],
)
def test_what_only_resembles_it_stays_what_it_was(text: str, intent: Intent) -> None:
    assert asked(text).intent is intent


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("invite @U0BRUNO as buyer", "buyer"),
        ("convidar @U0BRUNO como compradora", "buyer"),
        ("invite @U0BRUNO as accounts payable", "accounts_payable"),
        ("convide alguém do financeiro", "accounts_payable"),
        ("invitar a @U0BRUNO como logística", "logistics"),
        ("invite someone from the warehouse", "logistics"),
        ("invite @U0BRUNO as admin", "admin"),
        ("invite a colleague", None),
    ],
)
def test_the_role_is_read(text: str, role: str | None) -> None:
    assert asked(text).role == role


def test_whom_a_sentence_mentions_is_read_and_is_no_order() -> None:
    question = asked("invite @U0BRUNO and @W0ANA1 as buyer")
    assert question.people == ("U0BRUNO", "W0ANA1")
    assert asked("where is PO-7782? @U0BRUNO1").references[0].value == "PO-7782"
    assert len(asked("where is PO-7782? @U0BRUNO1").references) == 1


@pytest.mark.parametrize(
    ("text", "company", "intent"),
    [
        ("for Northwind: where is PO-7782?", "northwind", Intent.FIND),
        ("para Northwind: pedidos em aberto", "northwind", Intent.LIST),
        ("for Northwind Industrial: invoice of 104233", "northwind industrial", Intent.DOCUMENTS),
    ],
)
def test_a_company_before_a_colon_is_for_this_question(text: str, company: str, intent: Intent) -> None:
    question = asked(text)
    assert (question.company, question.intent) == (company, intent)


@pytest.mark.parametrize(
    "text", ["for PO-7782: invoice", "for order 104233: where is it?", "for me: open orders"]
)
def test_an_order_before_a_colon_is_no_company(text: str) -> None:
    assert asked(text).company is None


@pytest.mark.parametrize(
    ("text", "tax_id"),
    [
        ("request access 12.345.678/0001-95", "12345678000195"),
        ("request access 12abc34501de35", "12ABC34501DE35"),
        ("request access", None),
    ],
)
def test_the_tax_id_is_read(text: str, tax_id: str | None) -> None:
    assert asked(text).tax_id == tax_id


@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_wherever_a_token_stands_it_is_an_invitation_and_no_order(before: str, after: str) -> None:
    question = asked(f"{before} {TOKEN} {after}")
    assert question.intent is Intent.INVITATION
    assert question.invitation == TOKEN
    assert question.references == ()


@given(st.text(max_size=200))
def test_a_mention_is_never_an_order(text: str) -> None:
    assert all("U0BRUNO1" not in one.value for one in asked(f"@U0BRUNO1 {text}").references)


@given(
    st.lists(st.sampled_from(["for Acme: ", "para X: ", "where is PO-1?", ": ", "company "]), max_size=200)
)
def test_repeated_beginnings_are_read_once(parts: list[str]) -> None:
    asked("".join(parts))


@pytest.mark.parametrize("locale", ["en", "es", "pt-BR"])
def test_a_portuguese_article_tells_portuguese_whatever_the_platform_says(locale: str) -> None:
    assert asked("alcance de Bruno: a empresa toda", locale).language == "pt"
    assert asked("alcance de Bruno: toda la empresa", locale).language == "es"
