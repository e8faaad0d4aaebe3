"""Spanish, as written on both sides of the ocean."""

from bot.orders import DocumentKind as Kind
from bot.questions.lexicon.shape import Lexicon, kinds, numbered, phrases, words
from bot.questions.question import Intent

SPANISH = Lexicon(
    language="es",
    common=words(
        """moleste molesten molestes molestar silencio
        a ahora al algo aqui bien buen buena buenas buenos como con cual cuales cuando cuanto cuanta de
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
            vale gracias; vale; ok gracias; estupendo; entendido; agradecido; agradecida; de acuerdo"""
        ),
        Intent.GREETING: phrases(
            """hola; buenos dias; buenas tardes; buenas noches; buenas; que tal; hola que tal;
            como estas; hola como estas; todo bien; como va; como andan; como esta; que onda; buen dia;
            prueba; alo"""
        ),
        Intent.LIST: phrases(
            "lista; listar; todos; historial; recientes; muestrame todo; mostrar todo; todo"
        ),
        Intent.FIND: phrases("pedido; mi pedido; el pedido; buscar; consultar; rastrear; mi orden"),
    },
    listing=phrases(
        """pedidos; mis pedidos; nuestros pedidos; ordenes; mis ordenes; ordenes de compra;
            compras; mis compras; historial de pedidos; lista de pedidos; que compramos;
            que pedimos; que falta; que esta; que tenemos; que hay; encargos"""
    ),
    code=phrases("codigo; codigo de acceso; codigo de verificacion; pin; clave"),
    order=words("pedido orden compra encargo ped"),
    orders=words("pedidos ordenes compras encargos entregas envios ocs"),
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
            """factura; facturas; fra; fras; fac; facs; fact; facts; recibo; recibos;
            factura pdf; pdf de la factura;
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
            """nota de credito; notas de credito; nota credito; nota de abono; notas de abono; nota de
            bonificacion; factura rectificativa;
            facturas rectificativas; abono; abonos; factura de abono""": (Kind.CREDIT_NOTE,),
            "nota de debito; notas de debito; nota debito; nota de cargo; notas de cargo": (Kind.DEBIT_NOTE,),
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
            """albaran; albaranes; albaran de entrega; nota de entrega; notas de entrega; remito; remitos;
            guia de remision; guias de remision; guia de despacho; guias de despacho; remision; remisiones;
            nota de remision; vale de entrega; albaran valorado; guia de salida""": (Kind.DELIVERY_NOTE,),
            """lista de empaque; listas de empaque; packing list; lista de embalaje; lista de contenido;
            lista de bultos; relacion de bultos""": (Kind.PACKING_SLIP,),
            "ct e; cte; xml del transporte": (Kind.CTE_XML,),
            "dacte; carta de porte; carta porte; conocimiento de embarque; cmr": (Kind.DACTE,),
            "carta de correccion; cce": (Kind.CCE,),
            "factura de servicio; factura de servicios; nota de servicio": (Kind.NFSE_PDF,),
            """certificado; certificados; certificado de calidad; certificados de calidad;
            certificado de conformidad; certificado de analisis; certificado de origen;
            certificados de origen;
            certificado de material; ficha de seguridad; hoja de seguridad; ficha de datos de seguridad;
            fichas de seguridad; ficha tecnica; msds; informe de ensayo; protocolo de calidad;
            certificado de calibracion""": (Kind.CERTIFICATE,),
            """comprobante de entrega; prueba de entrega; albaran firmado; remito firmado;
            constancia de entrega; acuse de recibo; acuse de entrega; acuse de recepcion; acuse;
            constancia de recepcion; comprobante de recepcion; evidencia de entrega; evidencias de entrega;
            prueba de recepcion;
            justificante de entrega; conforme de entrega; conformidad de entrega; pod""": (
                Kind.PROOF_OF_DELIVERY,
            ),
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
    invoices=words("factura facturas fra fras fac facs fact facts nota fiscal"),
    series=words("serie ser"),
    other_numbers=words(
        """pague transferi abone pagamos telefono tel movil celular whatsapp extension sku producto articulo
        item pieza ean cnpj cif nif
        rfc rut nit cuit cp postal sala piso calle pagina version modelo lote cantidad cuenta iban llame
        llamar"""
    ),
    quantities=words(
        """unidades unidad uds ud piezas pieza cajas caja palets pallets articulos articulo productos
        producto kg kgs g kilos litros l lts m mts cm mm km metros horas hora dias dia semanas semana
        meses mes anos ano minutos veces
        personas lineas bultos bulto paquetes paquete pesos dolares euros toneladas copias preguntas"""
    ),
    joins=words("y e o u & +"),
    months=numbered(
        """enero ene=1 febrero feb=2 marzo mar=3 abril abr=4 mayo may=5 junio jun=6 julio jul=7
        agosto ago=8 septiembre setiembre sep sept=9 octubre oct=10 noviembre nov=11 diciembre dic=12"""
    ),
    weekdays=numbered("lunes=0 martes=1 miercoles=2 jueves=3 viernes=4 sabado=5 domingo=6"),
    doubtful_dates=words("mar may ago sep ene abr"),
    days={
        "manana": 1,
        "pasado manana": 2,
        "hoy": 0,
        "ayer": -1,
        "anteayer": -2,
        "antes de ayer": -2,
        "antier": -2,
    },
    units={
        "hora": "hour",
        "horas": "hour",
        "dia": "day",
        "dias": "day",
        "semana": "week",
        "sem": "week",
        "semanas": "week",
        "quincena": "fortnight",
        "semestre": "half",
        "semestres": "half",
        "mes": "month",
        "meses": "month",
        "trimestre": "quarter",
        "trimestres": "quarter",
        "ano": "year",
        "anos": "year",
    },
    this=words("este esta actual"),
    previous=words("ultimo ultima"),
    previous_after=words("pasado pasada passado passada anterior"),
    coming=words("proximo proxima siguiente entrante"),
    parts=numbered(
        """primer primero primera 1er 1a 1ra=1 segundo segunda 2do 2o 2a 2da=2 tercer tercero 3er=3
        cuarto 4to 4o=4"""
    ),
    edge_first=phrases(
        """principio de; principios de; inicio de; inicio del; inicios de; comienzo de; comienzos de;
        principio del; comienzo del"""
    ),
    edge_last=phrases(
        "fin de; fin del; final de; final del; finales de; fines de; fin de este; final de este; finales del"
    ),
    rolling=words("ultimo ultima ultimos ultimas"),
    ago=words("atras"),
    ago_before=words("hace"),
    since=phrases("desde; desde el; desde el dia; a partir de; a partir del; a partir del dia; a partir"),
    since_day=(),
    until=phrases("hasta; hasta el; hasta el dia"),
    before=phrases(
        """anteriores a; anterior a; previos a; anteriores al; anterior al; previos al; hace mas de; con
        mas de; mas antiguos que; de mas de; antes de; antes del; antes del dia"""
    ),
    after=phrases(
        "despues de; despues del; despues del dia; posteriores a; posterior a; posteriores al; tras"
    ),
    between=phrases("entre; entre el; entre los dias"),
    range_joins=phrases("y; e; a; al; hasta; y el; hasta el; -"),
    at=phrases(
        """en el mes de; para; para el; del mes de; mes de; en; el; de; del; la; durante; el dia; del dia;
            en el;
            de la; de los; en los; en la"""
    ),
    of=words("de del"),
    articles=words("el la los las dia dias de del"),
    ordinals=words("o ro er"),
    not_misspelt=words("fractura pedida conformado conformada sellado sellada serias seria serian seriamos"),
)
"""Spanish."""
