"""What people do with Spanish words."""

from bot.questions.lexicon.talk import Concept, Talk

_LATER = """(llegue[ns]?|salgan?|salga|se envien?|envien|este|esten|hayan?|se
        entreguen?|entreguen?|despachen?|se despachen?|facturen?|se facturen?|cambien?|se
        retrasen?|retrase|se atrasen?|atrase|se demoren?|demore| emitan?|se
        emitan?|tengan?|sea|sean|aprueben|liberen|pase|haya|suba|reciban|se reciba|quede|ocurra| se
        modifique|modifiquen|retrasa|se retrasa|se demora|se
        atrasa|cambia|entregue|despache|facture|carguen?|firmen?|
        se emita|emita|publiquen?|se
        genere|generen?|cancelen|paguen|venga|vengan|arribe|arriben|toque|demoren|se
        carguen?|autoricen|preparen|empaquen|embarquen?|manden|envie|se envie|tarde|vaya a _ tarde)"""

SPANISH_TALK: Talk = {
    Concept.ALERT: """(estoy|estamos) suscrit*;
        avis*; notifi*; alert*; (manten|mantene|mantener|mantenga|mantengan)(me|nos)? _
        (al tanto| informad*|al dia|actualizad*); (me|nos) (manten|mantene|mantienes|mantiene|mantengan)
        _ (al tanto|informad*| al dia); (dame|deme|darme|dar|denme|pegame|echame) un
        (toque|aviso|grito|telefonazo) (cuando|si|en cuanto)?; monitor*; estar al tanto; ser informad*;
        (echa|echale|echen|echar) (un)? (ojo|vistazo); (manten|mantener|tener) _ vigilad*; vigil*;
        (recibir|llegue|llegar) (un|una) (aviso|alerta|notificacion);
        (me|nos) informen (cuando|si|en); recuerd(a|e)me; recordarme; seguir
        (el|la|los|las|mi|este|al|#)""",
    Concept.TELL: """(un|una)? (correo|mail|email|mensaje|mensajito|sms|recado|grito|aviso|llamada);
        (grita|escribe|escriban|manda|mandame) (un|una)? (mensaje|correo|whatsapp)?;
        (dime|decime|digame|diganme|cuentame|contame|informame|informeme|
    informenme|comunicame|escribeme|
        hazme saber|haganme saber|me dices|me dice|me dicen|me cuentas|recibir un correo|
        recibir un email|recibir un mensaje|me digas|me digan|nos digan|me cuentes);
        (quiero|quisiera|queremos|necesito|me gustaria) (saber|enterarme|conocer) (cuando|en
        cuanto|apenas|si)""",
    Concept.ONCE: f"""(cuando|cdo|cuanto|en cuanto|apenas|tan pronto como|tan pronto|una vez que|si|cada
        vez que| siempre que|en caso de que|en caso que) _ {_LATER}; cualquier
        (cambio|novedad|cosa|movimiento|retraso|demora|atraso|problema|incidencia|aviso|actualizacion)""",
    Concept.QUESTION: """donde; status; estado; estatus; situacion; seguimiento; rastre*; plazo;
        prevision; previsto; prevista; fecha (de|para|estimada|prevista); (cuando|para cuando)
        (llega|llegan|llegara|sale|salen|va|van|
        sera|fue|entregan|se|envian|esta|estara|vence|me|nos|lo|los|recibo|recibimos|
        tendremos|tienen|facturan);
        para cuando; que (transportista|paso|dia|fecha|pasa|hay); por que; porque; motivo; ya
        (salio|salieron|llego| llegaron|se|esta|estan|fue|lo|la|han); han
        (enviado|facturado|entregado|despachado|salido); fue (entregado| enviado|despachado|facturado);
        se (envio|entrego|despacho|facturo|pago|mando); llego; llegaron; no ha llegado; entrega;
        entregado; retenido; bloqueado; parado; atrasado; retraso; retrasado; como (va|van|
        esta|estan|anda|sigue|siguen|vamos); falta; faltan; faltaron; incompleto; equivocado; detalles;
        transportista; tarda; tardando; demora; sigue sin; siguen sin; por donde; esperando; cuanto
        (falta|tarda| demora); salio; verificar; consultar""",
    Concept.STOP: """(se)? acab* (de|con|los|las|ya);
        (deja|deje|dejen|dejar|deja de|basta) (de|ya)?;
        (para|pare|paren|parar|parale|parenle|parenla|bajale|corta|cortala|corten)
        (de|ya|los|las|todos|todas|con); ya (estuvo|esta bueno|basta) (de|con)?; cancel*; desactiv*;
        quita*; quite; saca; saque; sacar; sacame; elimin*;
        borra*; silenci*; no (quiero|necesito|me|nos| mas|hace); ya no; apag*; detener; deten; suspend*;
        no (es|hace) (necesario|falta); no necesit*; prescind*;
        no mas""",
    Concept.ALERTS: """(los|esos|estos|tantos|de) (correos|mails|emails|mensajes|mensajitos|recordatorios);
        avis*; alert*; notific*; mensaje; mensajes; mensajitos; mas
        (correos|correo|mails|mail|emails|email|mensajes); (de|con) (los|tus|estos|tantos)
        (correos|mails|emails); actualizacion*;
        novedades; monitor*;
        (mandar*|manden?|mandes|enviar*|envien?|envies|recibir) (mas)? (nada|cosas|correos|mensajes)?
        (del|de la|sobre); siguiendo; seguimientos; vigil*; sigas; seguir;
        (informe|informes|reporte|reportes|resumen|resumenes|boletin) (de|del|los|las|cada|semanal*|
        diari*|todos|por); (informes|reportes|resumenes);
        recordatorio; recordatorios; suscripcion; suscripciones""",
    Concept.SHOW: """lista; listar; listame; muestra; mostrar; muestrame; mostrame; ver; cuales; que;
        mis; tengo; tenemos; activas; activos; todas; todos; estoy; dame""",
    Concept.UNWATCH: """ya no (me|nos) interes*; (ya no|no) (quiero|queremos) (saber|oir|enterarme)
        (mas|nada) _
        (de|del|sobre); (quit*|cancel*|par*|elimin*|desactiv*|borr*|termin*) (el|los|mi|mis)
        (seguimiento|seguimientos);
        (deja*|para*) de (seguir|monitorear|vigilar|avisar*|notificar*); silenci*; mutea*;
        (sacame|quitame|saquenme|quitenme) de (la|las|los) (lista|alertas|avisos|notificaciones)""",
    Concept.CHANGED: """que (se)? (ha|han)? (movido|avanzado|modificado|actualizado|progresado|movio|avanzo);
        cambio; cambiaron; cambios; ha cambiado; han cambiado; modificaciones; hubo
        (algun)? (cambio| cambios|novedad); desde la ultima (vez|consulta); que me perdi;
        diferente; distinto; que (paso|ha pasado|hubo|ha habido|sucedio|ocurrio) (de nuevo)?
        (esta|desde|hoy|ayer|en|estos|de ayer);
        (se)? (movio|avanzo|actualizo|modifico) algo; algo _ (movio|paso|avanzo|ocurrio|sucedio);
        (hubo|hay|algun|tuvo) (algun)? (movimiento|avance); (ponme|poneme|pongame) (al dia|al corriente)""",
    Concept.NEWS: "novedad; novedades; de nuevo; (algo|que hay) (de)? nuevo; noticias; actualizaciones",
    Concept.SHARE: """(deja|deje|dejen|dejar) _ (ver|vea|vean); compart*; publica*; publique*; postea;
        postear; reenvi*; mand*; envi*; pon; ponlo;
        pone; ensen(a|e|ar|ale|ales|aselo|arle|en); muestr(ale|ales|aselo|en|enle); sube; pasa; pasalo;
        muestra; muestralo; difund*;
        que _ (vean|vea|puedan ver); para que _ (vean|vea); (deja|dejen|haz|hagan|poner|pon) _ visible;
        visible (para|a)""",
    Concept.OTHERS: """resto (del|de la) (equipo|grupo|empresa|area);
        (a|al|para|con|con el|con la|a la|para el|para la) (departamento de|equipo de|area de)?
        (compras|finanzas|contabilidad|logistica|almacen|administracion|planificacion|direccion);
        (mi|mis|nuestro|nuestra|a mi|a mis|con mi)
        (equipo|grupo|gente|jefe|area|companeros|colegas); colegas;
        (el|la|al|en el|con el|con la|este|esta|del|con los|a los|mi|nuestro)
        (equipo|canal|grupo|chat| companeros|jefe|gente|resto|demas); en (este|el) (canal|grupo|chat);
        con todos; para todos; a todos; todos (en|los|aqui|aca|del|l); que todos; companeros; aqui para;
        aca para; todo el mundo""",
    Concept.SEND: """(mand|envi|reenvi|pas|adjunt|descarg|remit|facilit)(a|e|ar|en|o|as|an|
        ame|eme|enme|arme|anos|enos|arnos|alo|ala|arlo|arla|elo|ela|ais|eis|ad|adme|adnos|arian?|ariais)?;
        pasame; pasarme; me
        (pasas|mandas|envias|das|pasa|manda|envia|da|podrias pasar| puedes dar|adjuntas); dame; deme;
        denme; darme; (una)? copia; copias; duplicado; descargar; descargo; bajar; adjunt*;
        (no|nunca|aun no|todavia no) _
        (llegado|llego|recibi|recibimos|recibido|tengo|tenemos|encuentro); consigueme; imprimir;
        reimprimir; otra copia; proporcion*; remitir; remitan; remitanme""",
    Concept.WANT: """queria; querria; queriamos; desearia; deseo; agradeceria; me gustaria; me interesa;
        necesito; necesita; necesitamos; necesitan; quiero; queremos; quisiera;
        quisieramos; preciso; precisamos; solicito; solicitamos; me hace falta; requiero; requerimos;
        busco; ocupo; falta""",
    Concept.KNOW: """saber; verific*; consult*; confirm*; comprobar; averiguar; entender; ver si;
    preguntar; conocer
        saber; verific*; consult*; confirm*; comprobar; averiguar; entender; ver si; preguntar; conocer""",
    Concept.STATE_OF_DOCUMENT: """(que|cual|cuales) (factura|facturas)
        (salio|cubre|corresponde|incluye|fue|ampara|trae);
        pag(o|ado|ada|ados|adas|ue|amos|aron|aste|ada); pagada; pagadas; pago;
        impaga; vence; vencen; vencio; vencimiento; vencid*; cuanto; cuanta; importe; monto; saldo;
        debemos; debo; correcta; correcto; mal; equivocad*; emitid*; emitieron; emitio; autorizad*;
        cancelad*; anulad*; corresponde; pertenece; a que (pedido|orden); de que (pedido|orden); que
        (pedido|orden); cuando; por que; ya (esta| estan|se|fue|la|lo); pendiente; abonad*;
        liquidad*; cobraron;
        registrad*; (estado|status|situacion) de (la|mi)? (factura|nota|boleto|boleta); cobrad*""",
    Concept.BEYOND: """(sube|suba|subir|baja|baje|bajar|aumenta|aumente|aumentar|reduce|reducir|
        reduzca|cambia|        cambie|cambiar|modifica|modificar) (la|las)? (cantidad|cantidades|cant);
        (duplicar|duplica|duplicame|doblar|triplicar|sustituir|sustituye|reemplazar|ajustar)
        (el|la|los|las|mi|cantidad|#);
        descuento; descuentos; rebaja; (sube|suba|subir|baja|baje|aument*|reduc*|pon|cambi*|modific*)
        (la|el|las|los)
        (cantidad|cantidades|fecha|direccion|precio);
        (aguant|reten|posterg|aplaz|adelant|reagend|desvi|junt)(a|e|en|ar|ame|enme|amelo)
        (el|la|los|las|mi|nuestro|este|esta|ese|pedido|entrega|#);
        (cancelar|cancela|cancele|cancelen|anular|anula|anulen)
        (el|la|los|las|mi|este|esta|un|pedido|#| orden|nuestro);
        (cambiar|cambia|cambie|modificar|modifica|corregir|editar) _ (direccion|cantidad|
        fecha|pedido|articulo|producto|lugar|orden|linea|#); (agregar|anadir|aumentar|reducir|sumar) _
        (pedido|orden| articulo|cantidad|#|unidades); presupuesto; cotizacion; cotizar; cotizacion;
        precio; precios; lista de precios; cuanto (cuesta|cuestan|vale|valen); comprar;
        (hacer|poner|realizar|cargar) (un|una|otro|nuevo) (nuevo)? (pedido|orden|compra); nuevo pedido;
        nueva orden; disponibilidad de; (devolver| devolucion d*|cambiar)
        (el|la|los|las|un|una|producto|mercaderia|#); (poner|abrir|hacer) (una|un) (queja|
        reclamo|reclamacion|incidencia); reembolso; que tiempo; tiempo hace; pronostico; poema; que hora
        es; chiste; receta; futbol; clima; llover; llueve; lluvia; nieva""",
    Concept.STOCK: "en stock; hay (stock|existencia|existencias|inventario); en existencia",
    Concept.ONE: """(mi|nuestro|nuestra|el|la|este|esta|ese|esa|del|de mi)
        (pedido|orden|compra|encargo|envio|entrega| mercaderia|mercancia|material|paquete|bulto|carga);
        me llega; nos llega; me lo""",
    Concept.PROGRESS: """status; estado; plazo; entrega; rastre*; seguimiento; situacion; pedido; orden;
    cuando (llega|me|nos|sale|lo|se); me llega; donde; llego; tarda*; por donde; demora;
    llegado""",
    Concept.BACK: """y (el|la|los|las|del|de|su|sus|un|una); y; tambien; su; sus; ese pedido; esa orden;
        de ese; de esa; de eso; del mismo; ese mismo; este pedido; el mismo""",
    Concept.WHICH: """que; cuales; algun; alguno; alguna; algo; todo; todos; todas; lista; listado;
        listar; muestrame; mostrar; cuantos; cuantas; hay; tenemos; tengo; relacion; pedidos; ordenes;
        compras; resumen; reporte; informe; dame""",
    Concept.SWITCH: """(cambiar|cambiame|cambienme|cambia|cambie|usar|usa|seleccionar|
        elegir|pasar|pasame|pasarme|ver|ir|abrir|entrar|mirar|consultar) (de|a|mi|la|las|otra|a
        otra|a la|en|con|entre)? (otra|otras|mis)? (empresa|empresas|cuenta|cuentas|cliente|compania|razon
        social); (cambiar|pasar) a; otra
        empresa; en nombre (de|del); (consult*|pregunt*|habl*|oper*|us*|entr*|trabaj*|mir*|ver)
        (por|como|en nombre de) (la|el)?
        (sucursal|filial|matriz|empresa|otra|otro|delegacion|sede|cuenta|grupo); (a|al|con|por|de)? (el)?
        otro (cif|nif|rut|cuit|rfc|ruc|nit)""",
    Concept.LINK: """(me|nos) (reconoz*|reconoc*|identifi*); (reconoc*|identific*) (me|nos); como
        (cliente|comprador*|usuario);
        (no|todavia no|aun no) (esta|estoy|estamos|fue|fui|soy)?
        (conectad*|vinculad*|registrad*);
        (inicio|inicia|iniciar|inicie) (de)? sesion; como (me|nos)?
        (registro|registr*|ingreso|entro|conecto|vinculo|loguea*|logueo);
        (vincul*|conect*|registr*|asoci*|enlaz*|activ*|verific*|dar)
        (me|mi|a|la|el|esta|este|de|con) _
        (cuenta|empresa|correo|chat|telegram|slack|alta|acceso|usuario|whatsapp);
        (registrarme|vincularme|conectarme| darme de alta|inscribirme); (me|nos)
        (registro|registra|vinculo|conecto|doy de alta); iniciar sesion;
        (quiero|necesito|tener|tengo|pedir|pido|consigo|conseguir|obtengo|obtener|solicito|solicitar|dame|denme|dar|logro)
        (el|un)? acceso; mi (correo|email|mail|e mail|correo electronico) es;
        (nuevo|otro|reenvia*|envia*|manda*) (el|un)? codigo; crear (mi|una) cuenta; de alta;
        (vincular|conectar|enlazar|registrar) (cuenta|empresa|correo|chat|telegram|slack|
        whatsapp)""",
    Concept.UNLINK: """(mi|mis|nuestro|nuestra) (usuario|cuenta|acceso|vinculo|datos|registro) (sea*)?
        (eliminad*|borrad*|cerrad*|cancelad*|revocad*|quitad*);
        desvincul*; desconect* (me|mi|la|esta|cuenta|de)?; cerrar (mi|la)? sesion;
        (termin*|cort*|romp*|deshac*|acab*|finaliz*|cerrar|quit*) (con)? (la|el|mi|esta|este)
        (conexion|vinculo|vinculacion|enlace|asociacion|union); cierra
        (mi|la)? sesion; salir de (mi|la)? (cuenta|sesion);
        (borr*|elimin*|quit*|cancel*|revoc*|retir*|sac*|dar de baja)
        (mi|mis|la|el|los|nuestro|de mi)? (cuenta|datos| vinculo|acceso|usuario|registro);
        olvid(a|e)(me|te de mi)?;
        darme de baja; de baja; revocar (mi)? acceso""",
    Concept.WHO: """quien (crees|piensas|cree|dices) que soy; (en|a) nombre de quien;
        de quien (es|son) (esta|la|este|esa) (cuenta|empresa|usuario|sesion);
        quien soy (yo)?; (con|en|de|a|para|por)? (que|cual|cuales)
        (empresa|empresas|cuenta|cuentas|cliente) (yo)?
        (estoy|estamos|soy|tengo|tenemos|es|vinculado|conectado); (estoy|estamos) (vinculad*|conectad*|
        registrad*|logu*); cual es mi (empresa|cuenta); (que|cual) (empresa|cuenta|cliente) _ (me
        tienes|me tienen|entre|ingrese|he entrado|figuro); (que|cuales) (datos|informacion|info) _ (de
        mi|sobre mi|mios|de nosotros|nuestros|mis); mis (accesos|permisos|derechos); mi
        (perfil|rol|acceso)""",
    Concept.HELP: """que (mas|tipo|clase|cosas)? (de cosas|de preguntas|de consultas)? (te|le|me|se)?
        (puedes|puede|podes|sabes|haces|hace|puedo|se puede|sabe) _
        (hacer|preguntar|pedir|haces|hace)?; como
        (funciona|funcionas|se|te|lo|esto|puedo|debo|empiezo|comienzo) _
        (esto|usa|uso|usar|funciona|utiliza| empezar|bot)?; necesito ayuda;
        ayud(a|ame|eme|enme|arme|ar); me (ayudas|ayuda|puedes ayudar|podrias ayudar);
        (que|cuales|ver|muestra) (son)? (los)? (comandos|opciones|funciones); quien eres; que
        eres; no (entiendo|entendi|comprendo); instrucciones; (hablar|habla|comunicarme) con
        (un|una|alguien|el)?
        (agente|persona|humano|alguien|asesor|operador)?""",
    Concept.THANKS_FOR: "gracias por; agradezco (el|la|los|las)",
    Concept.THANKS: """agradez*; era (todo)? lo que (necesitaba|buscaba|queria|me faltaba); justo lo que
        necesitaba;
        gracias; agradec*; eso es todo; (con eso)? (me queda|quedo|queda) claro; aclarad*;
        resuelto; me sirve;
        eso es todo; eso era todo; era todo; perfecto; genial; listo;
        buenisimo; de lujo; muy amable; mil gracias""",
    Concept.OPEN: """abiert*; pendiente; pendientes; sin (entregar|recibir|cerrar); (no|aun no|todavia
        no) (se)? (ha|han| hemos|me han)?
        (entregado|entregados|entrego|entregaron|llegado|llegaron|llego|recibido|recibidos|recibio|
        recibieron|recibimos); en curso; por
        (entregar|llegar|recibir|venir); (falta|faltan) (por)? (llegar|entregar|recibir|venir)?; en
        proceso; activos; en espera; que nos (deben|falta|faltan); sin cerrar""",
    Concept.LATE: """atrasad*; retrasad*; demorad*; atraso; retraso; retrasos; con
        (retraso|atraso|demora); fuera de plazo; tarde; en mora; vencio el plazo; se
        (retraso|retrasaron|atraso|atrasaron|demoro)""",
    Concept.BACKORDERED: """backorder; backorders; back order; sin (stock|existencias|inventario);
        (esperando|a la espera de|en espera de) (stock|material|mercaderia|mercancia); en falta;
        (falta|rotura|quiebre|ruptura) de
        (stock|existencias|inventario|material|mercaderia|mercancia); no hay (stock|existencias);
        (pendiente|pendientes) de (stock|existencias|inventario); saldo (pendiente|por entregar);
        agotad*; faltantes""",
    Concept.INVOICED: """(se|nos|me|que|ya) (han|ha|habeis|has)? facturad*;
        (que|se|nos|me|ya) factur(o|aron|aste|asteis|amos);
        (ya|estan|fueron|pedidos|ordenes|han sido|se han) (estan|fueron|sido)?
        facturad*; con factura; con facturas; facturados; facturadas""",
    Concept.NOT_INVOICED: """(no|aun no|todavia no) _ (facturad*|facturo|facturaron); sin
        (factura|facturas|facturar| facturacion); por facturar; (falta|faltan|pendiente|pendientes)
        (de|por)? (facturar|factura|facturacion)""",
    Concept.UNPAID: """(no|aun no|todavia no) (hemos|he|se|las|la|lo|los)?
        (pagamos|pague|pagaron|pagado|pagadas|liquidamos|abonamos);
        impag*; (no|aun no|todavia no|sin) _ (pagad*|pagar|abonad*|liquidad*|cobrad*);
        (facturas?|fras?|boletas?|cuentas?|comprobantes?|recibos?) (que)? (aun|todavia)?
        (esta|estan|tenemos|tengo|queda|quedan|sigue|siguen)? (aun|todavia|sin)?
        (abiert[oa]s?|pendientes?|adeudad[oa]s?|por pagar|por vencer|pagar|a vencer);
        (tenemos|tengo|hay) que pagar; por pagar; (abierto|abiertos|abierta|abiertas) (de|por|para) pag*;
        (mi|nuestro)
        saldo; saldo de (mi|la|nuestra) cuenta; (cuanto)?
        (debemos|debo|adeudamos|se debe|les debo|les debemos|te debo|estamos debiendo|adeudo);
        (que|cuales|cuanto|quedan?) _ (vence|vencen|por pagar|sin pagar);
        (falta|faltan) (pagar|por pagar|liquidar); (pendiente|pendientes) de (pago|cobro); (esperando|a
        la espera de)
        (el)? pago""",
    Concept.ON_HOLD: """retenid*; bloquead*; detenid*; parad*; suspendid*; frenad*;
        (retenid*|bloquead*|detenid*|parad*|suspendid*|frenad*) (por|debido a) (falta|problemas?|limite) (de)?
        (credito|limite|pago|aprobacion|documento|documentos)?; (bloqueo|retencion) de credito;
        falta de (credito|limite)""",
    Concept.DONE_BY: """(que|cuales|pedidos|ordenes|compras) _
        (hizo|hicieron|pidio|compro|puso|cargo|solicito)""",
    Concept.OVERDUE: """(algo|nada|que|todo) (ya)? (esta|estan|tenemos|tengo|hay)? (de)? vencid*
        (a|por|sin|para)? (pag*)?; vencid* (a|por|sin|para) pag*;
        (facturas|factura|boletas|pagos|cuentas|comprobantes|recibos) (que)?
        (estan|esta|ya|han|se)? (estan)? (vencid*|en mora|vencieron|vencio|atrasad*); vencidas y no
        pagadas""",
    Concept.CANCELLED: "cancelad*; anulad*; cancelaciones",
    Concept.RETURNED: "devuelt*; devoluciones; retornad*",
    Concept.DELIVERED: """llegaron; entregaron; recibimos; (pedidos|ya|fueron|ordenes|han sido|se
        han|compras) (fueron|se|han|sido)?
        entregad*; entregad(o|a|os|as) (el|en|ayer|hoy|esta|este|desde|la|entre); que (llego|se
        entrego|nos entregaron); recibid*""",
    Concept.SHIPPED: """salieron; despacharon; enviaron; expidieron; embarcaron; mandaron;
        (pedidos|ya|fueron|ordenes|han sido|se han|que|se) (fueron|se|han|sido)?
        (enviad*|despachad*| expedid*|embarcad*|salio|salieron|envio|despacho);
        (enviad*|despachad*|expedid*) (el|en|ayer|hoy|esta|este| desde|la|entre)""",
    Concept.UNSHIPPED: """(no|aun no|todavia no|sin) _
        (enviad*|despachad*|enviar|despachar|salido|salio|salieron| expedid*|embarcad*); por
        (enviar|despachar)""",
    Concept.UNDER_WAY: """(viene|vienen) (en camino|para aca|hacia aca); viajando; (esta|estan) viniendo;
        en transito; en camino; en ruta; en reparto; de camino; en viaje""",
    Concept.PARTLY: "parcial; parciales; parcialmente; (entregados|enviados) en parte; a medias",
    Concept.AWAITING_APPROVAL: """(pendiente|pendientes|esperando|esperan|en|en espera|a la
        espera|falta) (de|la|su)? (aprobacion|autorizacion|liberacion|revision|visto bueno); por
        (aprobar|autorizar|liberar); sin aprobar""",
    Concept.CONFIRMED: "confirmad*; aprobad*",
    Concept.IN_PREPARATION: """en (preparacion|produccion|picking|fabricacion|almacen);
    preparandose; se (esta|estan) preparando
        en (preparacion|produccion|picking|fabricacion|almacen); preparandose; se (esta|estan)
        preparando""",
    Concept.COMPLETED: "completad*; finalizad*; cerrad*; terminad*; concluid*",
    Concept.WHEN_SHIPPED: """salg*; sale; salen; salio; envi(e|en|o|a|ado|ados|ar); despach*; embarqu*;
        expid*; en camino; en ruta; manden""",
    Concept.WHEN_DELIVERED: "lleg*; entreg*; recib(a|an|o|amos)",
    Concept.WHEN_LATE: "retras*; atras*; demor*",
    Concept.WHEN_INVOICED: "factur*; fatura",
    Concept.WHEN_DOCUMENT: """documento; documentos; xml; pdf; archivo; albaran; remito; certificado;
        certificados; cfdi;
        comprobante; acuse; guia; constancia""",
    Concept.BY_ME: """que (yo)? (hice|pedi|compre|puse|cargue|solicite); yo (hice|pedi|compre); hechos
        por mi; (pedidos|ordenes|compras) mias""",
    Concept.BY: """(que|pedidos|ordenes|compras)
        (hizo|hicieron|pidio|puso|cargo|compro|solicito|mando|ingreso);
        (hech*|realizad*|puest*|cread*|solicitad*|cargad*|comprad*|emitid*|pedid*)
    por; (pedidos|ordenes) (de|del) (comprador|compradora|companero|companera)""",
    Concept.CONTAINING: """con (el|la|los|las)? (producto|articulo|material|item)?; que
        (tengan|tienen|lleva|llevan|lleven|incluya|incluye|contiene|
        contienen|contengan|incluyen|incluyan); del
        (producto|articulo|material); de""",
    Concept.TOWARDS: """(para|a|en|hacia|al) (el|la|los|las|nuestro|nuestra)?; (con)?
        (entrega|entregas|destino|envio| destinados|destinadas|enviados|entregados) (en|a|para|al)
        (el|la|nuestro|nuestra)?""",
    Concept.SITE: """almacen; deposito; bodega; planta; fabrica; sucursal; tienda; obra; sede; centro de
        distribucion; cedis; delegacion; local; nave; ciudad; direccion; oficina""",
    Concept.SKU: """sku; codigo; cod; producto; articulo; articulos; item; material; pieza; referencia; ref;
        numero de parte; parte; ean; modelo""",
}
