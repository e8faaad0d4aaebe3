"""Spanish, as written on both sides of the ocean."""

from bot.orders import DocumentKind as Kind
from bot.questions.lexicon.shape import Lexicon, kinds, numbered, phrases, words
from bot.questions.question import Intent

SPANISH = Lexicon(
    language="es",
    common=words(
        """a ahora al algo aqui bien buen buena buenas buenos como con cual cuales cuando cuanto cuanta de
        del dia dias donde el ella ellos en entonces es esa ese esta estan estas este esto estoy favor
        fue gracias gustaria ha han hasta hay he hola la las le les lo los mas me mi mis mucho muy necesito
        no noche nos nuestra nuestras nuestro nuestros o otra otro para pero podria por porque puede
        puedes que quien quiero quisiera saber se ser si sin sobre son soy su sus tambien tarde tardes
        tengo tiene tienen todas todo todos tu un una unas unos usted ustedes va van ver y ya yo ayer hoy
        envia enviame enviar llega llegar manda mandame pasado pasada"""
    ),
    courtesies=words(
        """por favor porfa hola buenos buenas buen dia dias tardes noches gracias muchas bot el la lo y me
        puede puedes podria podrias usted todos estimados estimado orderbot urgente quiero quisiera
        necesito mi un una los las equipo"""
    ),
    anywhere={
        Intent.UNLINK: phrases(
            """desvincular; desconectar; desvincular mi cuenta; desconectame; desvinculame;
            cerrar sesion; olvidame; olvidate de mi; borrar mi cuenta; eliminar mi cuenta;
            borrar mis datos"""
        ),
        Intent.WHO_AM_I: phrases(
            """quien soy; quien soy yo; que empresa; cual empresa; cual es mi empresa;
            de que empresa; mi empresa; que cuenta; estoy vinculado; estoy conectado; que empresas"""
        ),
        Intent.LINK: phrases(
            """vincular mi cuenta; vincular cuenta; conectar mi cuenta; conectar cuenta;
            vincularme; conectarme; registrarme; quiero vincular; quiero conectar; como vincular;
            como conectar; como me registro; iniciar sesion; mi correo es; mi email es;
            mi correo electronico es; mi e mail es; quiero acceso; necesito acceso; nuevo codigo;
            otro codigo; reenviar codigo; enviame el codigo; enlazar mi cuenta"""
        ),
        Intent.HELP: phrases(
            """que puedes hacer; que puede hacer; que haces; que sabes hacer; como funciona;
            como se usa; como usar; que puedo preguntar; necesito ayuda; ayudame; me ayudas;
            que comandos; quien eres; que puedo hacer; como te uso"""
        ),
        Intent.THANKS: phrases("gracias por; muchas gracias; mil gracias; eso es todo; te agradezco"),
    },
    alone={
        Intent.UNLINK: phrases("salir; logout; desconectar; desvincular"),
        Intent.LINK: phrases("vincular; conectar; entrar; login; registrar; registro; acceder; acceso"),
        Intent.HELP: phrases(
            "ayuda; socorro; ayudar; comandos; menu; opciones; inicio; comenzar; empezar; soporte; como"
        ),
        Intent.WHO_AM_I: phrases("quien; empresa; mi cuenta; perfil; mi perfil; cuenta"),
        Intent.THANKS: phrases(
            """gracias; muchas gracias; mil gracias; perfecto; excelente; genial; listo;
            vale gracias; ok gracias; estupendo; entendido; agradecido; agradecida; de acuerdo"""
        ),
        Intent.GREETING: phrases(
            """hola; buenos dias; buenas tardes; buenas noches; buenas; que tal; hola que tal;
            como estas; hola como estas; buen dia; prueba; alo"""
        ),
        Intent.LIST: phrases("lista; listar; todos; historial; recientes"),
        Intent.FIND: phrases("pedido; mi pedido; el pedido; buscar; consultar; rastrear; mi orden"),
    },
    status=phrases(
        """donde esta; donde estan; donde anda; donde va; status; estado; estatus; situacion;
            seguimiento; rastreo; rastrear; cuando llega; cuando llegara; cuando va a llegar;
            cuando sale; cuando entregan; ya salio; fue enviado; fue entregado; se envio; entrega;
            entregado; enviado; despachado; llego; transportista; previsto; prevista; noticias;
            novedades; como va; como esta; mi pedido; mi compra; mi orden; detalles; retrasado;
            consultar; plazo"""
    ),
    give=phrases(
        """envia; enviar; envie; enviame; manda; mandar; mandame; mande; descargar; necesito;
            quiero; copia; duplicado; reenviar; reenvia; pasame; dame; quisiera; me das; me pasas;
            puedes darme; pdf"""
    ),
    still_open=phrases(
        """abierto; abiertos; abierta; abiertas; pendiente; pendientes; sin entregar; no entregado;
            no entregados; sin enviar; no llego; no han llegado; no ha llegado; en curso;
            en transito; en camino; atrasado; atrasados; retrasado; retrasados; en espera;
            falta por llegar; falta llegar; faltan; por entregar; activos; en proceso; no recibidos"""
    ),
    listing=phrases(
        """pedidos; mis pedidos; nuestros pedidos; ordenes; mis ordenes; ordenes de compra;
            compras; mis compras; historial de pedidos; lista de pedidos; que compramos;
            que pedimos; que falta; que esta; que tenemos; que hay; encargos"""
    ),
    code=phrases("codigo; codigo de acceso; codigo de verificacion; pin; clave"),
    order=words("pedido orden compra encargo ped"),
    orders=words("pedidos ordenes compras encargos"),
    between_count_and_order=words(
        "ultimos ultimas mis nuestros abiertos abiertas pendientes mas recientes nuevos de los las"
    ),
    newest=words("ultimo ultima ultimos ultimas reciente recientes primeros"),
    counts=numbered(
        """un una uno=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 doce=12
        quince=15 veinte=20 treinta=30 sesenta=60 noventa=90"""
    ),
    documents=kinds(
        {
            """factura; facturas; recibo; recibos; factura pdf; pdf de la factura;
            copia de la factura; boleta; boletas; comprobante fiscal""": (Kind.INVOICE_PDF,),
            "pdf; pdfs": (Kind.INVOICE_PDF,),
            "danfe; danfes": (Kind.DANFE,),
            """xml; xmls; archivo xml; xml de la factura; xml de la nota fiscal; xml de la nf;
            xml de las facturas""": (Kind.NFE_XML,),
            """nota fiscal; notas fiscales; documento fiscal; documentos fiscales;
            documento tributario; documentos tributarios; nf; nfe; nf e""": (Kind.DANFE, Kind.NFE_XML),
            """factura electronica; facturas electronicas; cfdi; facturae; dte; xml cfdi""": (
                Kind.EINVOICE_XML,
            ),
            """nota de credito; notas de credito; nota credito; factura rectificativa; abono;
            factura de abono""": (Kind.CREDIT_NOTE,),
            "nota de debito; notas de debito; nota debito": (Kind.DEBIT_NOTE,),
            """boleto; boletos; ficha de pago; cupon de pago; talon de pago; recibo de pago;
            boleta de pago; volante de pago""": (Kind.BOLETO,),
            """comprobante de transferencia; comprobante de pago; justificante de pago;
            justificante de transferencia""": (Kind.TRANSFER_SLIP,),
            "gare": (Kind.GARE,),
            "gnre; guia gnre": (Kind.GNRE,),
            "estado de cuenta; extracto; extracto de cuenta; estados de cuenta": (Kind.STATEMENT,),
            """numeros de serie; numero de serie; lista de series; seriales; serial; series;
            lista de numeros de serie""": (Kind.SERIAL_NUMBERS,),
            """confirmacion del pedido; confirmacion de pedido; copia del pedido;
            confirmacion de la orden; acuse de pedido""": (Kind.ORDER_CONFIRMATION,),
            """albaran; albaranes; nota de entrega; notas de entrega; lista de empaque;
            packing list; remito; remitos; guia de remision; guia de despacho; remision;
            lista de embalaje""": (Kind.PACKING_SLIP,),
            """comprobante de entrega; prueba de entrega; albaran firmado; remito firmado;
            constancia de entrega; acuse de recibo""": (Kind.PROOF_OF_DELIVERY,),
        }
    ),
    all_documents=phrases(
        """documentos; documento; archivos; todos los documentos; todos los archivos; docs;
            adjuntos; documentacion; toda la documentacion; papeles; papeleo"""
    ),
    belonging=phrases("de; del; de la; de las; de los; para el; para la; a la; al; referente a"),
    number_words=words("numero numeros no n nr num nro nros nos id ref referencia es : - #"),
    prefixes=words("oc ocs ov po pv"),
    invoice_prefixes=words("nf nfe nf-e nfs"),
    invoices=words("factura facturas nota fiscal"),
    series=words("serie ser"),
    other_numbers=words(
        """telefono tel movil celular whatsapp extension sku producto articulo item pieza ean cnpj cif nif
        rfc rut nit cuit cp postal sala piso calle pagina version modelo lote cantidad cuenta iban llame
        llamar"""
    ),
    quantities=words(
        """unidades unidad uds ud piezas pieza cajas caja palets pallets articulos articulo productos
        producto kg kilos litros metros horas hora dias dia semanas semana meses mes anos ano minutos veces
        personas lineas bultos bulto paquetes paquete pesos dolares euros toneladas copias preguntas"""
    ),
    joins=words("y e o u & +"),
    months=numbered(
        """enero ene=1 febrero feb=2 marzo mar=3 abril abr=4 mayo may=5 junio jun=6 julio jul=7
        agosto ago=8 septiembre setiembre sep sept=9 octubre oct=10 noviembre nov=11 diciembre dic=12"""
    ),
    weekdays=numbered("lunes=0 martes=1 miercoles=2 jueves=3 viernes=4 sabado=5 domingo=6"),
    doubtful_dates=words("mar may ago sep ene abr"),
    days={"hoy": 0, "ayer": -1, "anteayer": -2, "antes de ayer": -2, "antier": -2},
    units={
        "hora": "hour",
        "horas": "hour",
        "dia": "day",
        "dias": "day",
        "semana": "week",
        "semanas": "week",
        "mes": "month",
        "meses": "month",
        "trimestre": "quarter",
        "trimestres": "quarter",
        "ano": "year",
        "anos": "year",
    },
    this=words("este esta actual"),
    previous=frozenset(),
    previous_after=words("pasado pasada anterior"),
    rolling=words("ultimo ultima ultimos ultimas"),
    ago=words("atras"),
    ago_before=words("hace"),
    since=phrases("desde; desde el; desde el dia; a partir de; a partir del; a partir del dia; a partir"),
    since_day=(),
    until=phrases("hasta; hasta el; hasta el dia"),
    before=phrases("antes de; antes del; antes del dia"),
    after=phrases("despues de; despues del; despues del dia; tras"),
    between=phrases("entre; entre el; entre los dias"),
    range_joins=phrases("y; e; a; al; hasta; y el; hasta el; -"),
    at=phrases(
        """en el mes de; del mes de; mes de; en; el; de; del; la; durante; el dia; del dia; en el;
            de la; de los; en los; en la"""
    ),
    of=words("de del"),
    articles=words("el la los las dia dias de del"),
    ordinals=words("o ro er"),
    not_misspelt=words("fractura pedida"),
)
"""Spanish."""
