"""Real words one letter away from a keyword: whoever writes "dates" means no DACTE.

They are told apart only here: unlike the words of `everyday`, they may as well be the name of a product.
"""

from collections.abc import Mapping

from bot.questions.lexicon.shape import words
from bot.questions.question import Language

REAL: Mapping[Language, frozenset[str]] = {
    "en": words(
        """aaron advise albert arch arts ballet begging billy bond boom boot booth boring bout brother
        bullet butt cart celebration cellular cheated chose cleaned cold collection compete
        conducted contacted continuing convention converted convicted conviction corrected correctly
        corruption dates debt deer dose ears ease eats elect ending ends enter expert eyed fact
        facts failing fellow filling fist flies forgot gods hats header heated heck heir hell hole
        hose infection injection investors involving lack landing laying leading leaning lease lies
        liked liking lined lining lips loading locked lonely lose mall marc massage masses mats mere
        messed mode moon moore mount movies ought pace palace paper parked party patent peak peter
        pigs pins plan planet played playing poor praying precious prediction prince prizes prof
        protection qualities rack ranch recording remainder remaining remote rent resort rice rise
        roll roof root sack safely sand scales scared seed self session shaking shaped shell
        shopping shot shut sides sing smell sore spell spending spends spoon sports star staring
        stat stated stats stepped struck stuart suck tall tank tanks teen testing thee thin thinks
        thorough thus topped transport trees waited wanting wasted wasting weed wherever wing witch
        writing"""
    ),
    "pt": words(
        """aborto albert alberto altas alto altos altura amanda anal antena antigo aposto apresentar
        aranha arco arma arruda arte assessor atenas atirar atriz barra barros cama cana caos caras
        carinho carro celebracao cento certas charme chef cintas citacao classe comparado comparar
        computador concedida concedido conselhos construir contando contigo continuam contos copa
        coracao cortar costa costas cota criando curtas deitar delta editor elas eles embaixada
        enterrado entrada essas evitar evolucao exigencia exigir exposicao fachada falhas falsas
        falsos fato fatos feia feio feiras festas ficcao fico fita fitas formam freitas frente
        futuro futuros galvao gata gato gene gerado gosto grao idade inacio inscricoes irem jantar
        justa lados leal legado liderada liderado liderar ligando lisa manha mano mansao marcio
        mestre mexe milhas mina minas mito modulo morre mudado mudo mundos osso ouro ouve parana
        pareco parlamento parque passo pedindo peguei pesada pesado pintura pinturas planeta ponta
        postura prefeito pregos presos provar quartas quartos queira quinto rato reacao receio
        redacao repente revisao rita roque saibam saio sara sector seguem seguida senado serei seres
        serios serra sobe subida tava templo tempos tens tenta tentam tento tera termos tese tinham
        toca tocar tratada tratado tratados trem veem vender vendeu vendido vendidos virada viram
        virao virgem visa voos"""
    ),
    "es": words(
        """abogada abogado abogados albert alberto andes anual arte artes atrae aula basa belleza bono
        bonos caga cagar cago caliente camion cana canta canto caos carcel caridad carino carro
        casino celebracion cierta cima coleccion comentado comenzo comparado comparar completos
        computadora condenado conforman consiguio construir contigo continuan convencido conviene
        copa copas coro correa correas corrupcion costas creando cuarta cuartos cuenca cuento
        cuentos cumbre dare debido debio decide decirme dejemos dejo delito destacado destacados
        digna dolar echo editor emilio emision emisiones empezando empezo ente enterado entero
        esfera estafa estando estemos evitar evolucion exigencias expresa extender extendido factor
        falla fallo formado fuerza habito hallar intentarlo jueces legado lima lisa listos llenar
        llenas llenos llevado llevar llevara llevaron llevas maestra mano manos manzana medidas
        medios misa mono moto mundos orto pagando pardo parecio paro parque pasaba pasadas pasados
        pasaje pasamos pasando pasara pasaron pasear pedia pedo pegado penas perdida perdidas
        perdona permanece perro pesada pesado plana planea planeta plata podeis podido podras polo
        ponerme prado precision premio premios presentar presta previo previos probado probar
        promocion proteccion proyeccion puerta puertas puerto puertos queden quejan quinto quizas
        recta reir religiones reparacion repito residentes resorte resulto reto revista rita sabeis
        sabido sacado saga salas sali salia saludo sentimiento sentimientos sere seres serios socio
        socios solida solido tantas tenian tienden tontos trenes unio valle veamos vega venden
        vendido vendio venian venido vine visa visito viviendo"""
    ),
}
"""By language, folded; found by trying the eight thousand commonest words of each."""
