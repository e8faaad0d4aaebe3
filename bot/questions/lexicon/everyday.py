"""Everyday words of each language: they tell the language, and are never taken for a misspelt keyword."""

from collections.abc import Mapping

from bot.questions.lexicon.shape import words
from bot.questions.question import Language

EVERYDAY: Mapping[Language, frozenset[str]] = {
    "en": words(
        """able above across actually add against almost along although always among amount another
        anyone anybody around ask asked asking away back bad became because become began begin behind
        being believe below beside best better beyond bit both bring broken brought business busy buyer
        buyers call called came cannot car care case cause chase chasing client clients close colleague
        come comes coming company concern contact copy correct couldnt customer customers date dear
        decided department didnt doesnt door down driver due during early easy either else empty end
        enough even ever everybody everyone exactly extra fact far fast few file final find fine
        finished five follow following form found four friday full further gave getting given gives
        going gone goods great guys half hand happen happened happening happens hard hardly held help
        high himself hold hope hour however idea important including indeed inside instead issue item
        itself job keep kept kind kindly knew known large latest least leave left less letter line
        little long longer lost lot made main man manager mean means meant meet middle might mind minute
        missing moment monday money months mostly move myself name near nearly needs neither nobody none
        nor note nothing number office often old once ones onto open order ordered orders others ours
        outside own paid part parts past pay people perhaps person phone piece place plant possible post
        price problem production promised put question quick quite quote quoted rather reach read ready
        really reason receive received receiving regard regarding regards reply request rest return said
        same saturday saw say saying says second seem seems seen several shall short should side simply
        since site six small someone somebody something sometimes somewhere sorry sort sounds special
        stand start still stock stop such sunday supplier supply sure system take taken takes taking
        talk team tells ten thats themselves therefore thing things third those though thought three
        through thursday till times together told tomorrow tonight took top total toward town tried
        truck true try trying tuesday turn turned two under understand unless urgent urgently use used
        using usual value various vendor via wait waiting warehouse wasnt way wednesday weeks well went
        werent whatever whether whole whom whose wish within without wont wonder wondering word work
        working world worse worst worth wouldnt wrong year yesterday young yours got gonna wanna gotta
        lemme hiya mate dude bro btw fyi asap lol ok okay u ur r thru cuz coz supplier accountant
        auditor freight chance chances border borders folder holder older sender shape shop shops sheet
        charge charges range strange stage state states rate rates letters latter closer poster"""
    ),
    "pt": words(
        """acabou acaba acho agora ainda algo alguem algum alguma alguns algumas ali alem antes apenas
        aquele aquela aquilo assim atencao atenciosamente atraves bastante caso cada cara cliente coisa
        coisas colega comigo conforme conosco consegue conseguem consigo contato contador conta cobrando
        daqui dai daquele dar deu deveria devem deve dia dias dizer diz disse doido durante embora
        empresa enquanto entrega entregar entregue era eram eramos espera esperando estamos estava
        estavam estive estou faz fazer fazendo feito feita ficar ficou fez fiz foi fomos fora forma
        gente gerente grande grato grata hein hora horas houve imediato indo isto ja jeito junto juntos
        la lado legal loja lhe logo lugar maior mal manda mandar mandei mandou mas melhor menos mesmo
        mesma mim minuto momento motivo muita muitas muitos nada ne nele nela nem nenhum nenhuma ninguem
        nisso nosso numa num nunca obra outra outras outros outro pagar paguei parece parada parado
        parte passa passar pedir pedi pediu pelas pelos perto pessoa pessoal pois pode podem podemos
        podia ponto porem porque possivel posso pouco pra pras precisa precisamos precisando preciso
        prazo prezado prezados prezada primeiro problema produto proprio proximo qualquer quase quem
        querem queremos quis recebemos receber recebi recebeu referente resolver resposta retorno saber
        sabe saiu sair sao segue seja sempre senhor senhora ser seria servico setor sim sobre solicito
        sou sua suas seus talvez tanto tava tao tentei tentando ter teria tinha tiver tive tivemos todo
        toda todos tomar tou toda traz tras trazer tudo ultima um uma uns usar vai vamos veio vem ver
        vez vezes viu vir vocês voces vou voltar to ta te tbm tb vc vcs pq pfv pfvr obg vlw blz mto mt
        oq nd ngm hj amh msg qdo qnd aonde cade kd galera boa tarde noite bom prezada gentileza aguardo
        urgente desde sexta semana mercadoria comprador fornecedor financeiro compras suprimentos
        almoxarifado contabilidade nao nossa"""
    ),
    "es": words(
        """acaba acabo aca adios adonde ahi ahora al algo alguien alguno alguna algunos alla alli ambos
        ante anterior antes apenas aquel aquella aqui asi aun aunque bajo bastante bien buenas bueno
        cada casa casi caso cerca cierto claro cliente cobrando companero como conmigo conforme
        contabilidad contador contra cosa cosas cuanto cuyo cual dan dar dado dale debe deben debo decir
        deja dejar delante dentro desde despues detras dia dias dice dicen dijo dijeron disculpe
        disculpa donde dos durante ellas ellos embargo empresa encima encuentro encargado entonces era
        eran eres esa esas eso esos espera esperando estaba estaban estado estais estamos estar estara
        estas este estimado estimados esto estos estuvo excepto fin forma fuera fueron fui gerente
        gracias gran grande gusto haber habia habian hace hacen hacer hacia hago han hasta hay haya
        hecho hemos hicieron hizo hola hora horas hoy igual incluso indicar indiquen ir jamas jefe junto
        juntos lado las le les llego llegado llegaron llegar llevo lejos lo los luego lugar mal mas
        mayor mediante mejor menos mensaje mientras mio misma mismo momento motivo mucha muchas muchos
        muy nada nadie necesita necesitamos ni ningun ninguna ninguno nosotros nuestra nuestras nuestros
        nunca obra oficina orden otra otras otros oye paga pagar pagado parada parado para parece parte
        pasa pasado pasar pedi pedimos pero persona plazo poca poco podemos poder podriamos podrian pone
        poner porque posible primero problema producto pronto propio proveedor proxima proximo pude pudo
        pues puede pueden queda queremos queria querer quien quienes quisieramos realmente recibi
        recibido recibimos recibir respecto respuesta ruego saber sabe sabes sale salio segun seguro
        semana senor senora sera seria si siempre siendo entregado entregados
        entregada entregadas siguen sigue sin sino sobre solo somos soy suya
        tal tambien tampoco tan tanto te tenemos tener tenga tengan tenia tiene tienen toda todavia tras
        trata trae traer tu tus ultimo unos usar usted ustedes va vale vamos van varios veces ver vez
        viene vienen voy y ya yo hubo onda plis porfa porfavor xfa xq pq tmb tb bn q k d ando oiga che
        vos tenes podes queres dime dame locos loca jajaja jaja saludos cordialmente atte atentamente
        mercaderia mercancia compras abastecimiento almacen bodega nro desde el la del en un una con"""
    ),
}
"""By language, folded."""

SHORTHAND: Mapping[str, str] = {
    "hlp": "help", "lte": "late", "yest": "yesterday", "yst": "yesterday", "moar": "more", "dnd": "donde",
    "oie": "oi", "hav": "have", "thnx": "thanks", "thanx": "thanks", "tnx": "thanks", "thks": "thanks",
    "kien": "quien",
    "payed": "paid", "dis": "this", "dat": "that", "agr": "agora", "vlws": "valeu", "plox": "please",
    "acct": "account", "acc": "account", "accs": "accounts", "upd8": "update",
    "upd8s": "updates",
    "abt": "about", "cld": "could", "wld": "would", "shld": "should", "wut": "what", "wat": "what",
    "wht": "what",
    "wen": "when", "wher": "where", "wats": "whats", "wuts": "whats", "dnt": "dont", "havnt": "havent",
    "evrything": "everything", "cuz": "because", "tmw": "tomorrow", "2moro": "tomorrow", "2day": "today",
    "msging": "messaging", "msgs": "messages", "txt": "text", "deliverd": "delivered",
    "delivrd": "delivered",
    "sched": "schedule", "conf": "confirmation", "ordr": "order", "ordrs": "orders",
    "pkg": "package", "shpmt": "shipment", "shpt": "shipment", "shipt": "shipped",
    "wenas": "buenas", "aiuda": "ayuda", "peds": "pedidos", "entreg": "entrega",
    "mndame": "mandame", "tds": "todos", "tdos": "todos", "td": "tudo", "cfm": "confirmar",
    "cfme": "confirme",
    "msj": "mensaje", "msjs": "mensajes", "notif": "notification", "notifs": "notifications",
    "atualiz": "atualizacao", "qto": "quanto", "qnto": "quanto", "qm": "quem", "vdd": "verdade",
    "tava": "estava", "trampo": "trabalho", "comprov": "comprovante", "prev": "previsao",
    "tyvm": "thanks", "grax": "gracias", "brigadao": "obrigado",
    "qnd": "quando", "qdo": "quando", "qd": "quando", "cdo": "cuando", "cnd": "cuando", "kd": "cade",
    "kade": "cade", "q": "que", "ke": "que", "k": "que", "oq": "que", "pq": "porque", "xq": "porque",
    "vcs": "voces", "hj": "hoje", "nd": "nada", "msg": "mensagem", "frm": "from", "snd": "send",
    "yday": "yesterday", "tmrw": "tomorrow", "tmr": "tomorrow", "wk": "week", "wks": "weeks",
    "mth": "month",
    "ord": "order", "ords": "orders", "shpd": "shipped", "dlvd": "delivered", "rcvd": "received",
    "recvd": "received", "gimme": "give me", "d": "de", "pasao": "pasado", "asta": "hasta", "yega": "llega",
    "yego": "llego", "aver": "ver", "nf-e": "nfe", "whn": "when", "whr": "where", "were's": "wheres",
    "invs": "invoices",  "alb": "albaran",
    "trk": "tracking", "tkg": "tracking", "sts": "status", "stat": "status", "dely": "delivery",
}  # fmt: skip
"""How people shorten words, in any language, to the word in full."""

OWN_SHORTHAND: Mapping[Language, Mapping[str, str]] = {
    "en": {"u": "you", "r": "are", "ur": "your", "n": "and", "w": "with", "wit": "with", "b4": "before"},
    "pt": {"n": "nao", "ñ": "nao", "c": "com", "p": "para", "cta": "conta", "eh": "e", "s": "sem"},
    "es": {
        "cta": "cuenta",
        "x": "por",
        "pa": "para",
        "c": "con",
        "n": "en",
        "ke": "que",
        "kiero": "quiero",
        "m": "me",
        "s": "sin",
        "p": "para",
    },
}
"""The same where the short form is a word of its own, or short for another one, in another language."""
