"""Portuguese, as written in Brazil."""

from bot.orders import DocumentKind as Kind
from bot.questions.lexicon.shape import Lexicon, kinds, numbered, phrases, words
from bot.questions.question import Intent

PORTUGUESE = Lexicon(
    language="pt",
    common=words(
        """incomode incomodar incomodem perturbe silencio
        a ao aos as ate aqui bem boa bom cade com como da das de dela dele depois do dos e ela ele em
        entao era essa esse esta estao estou eu foi foram isso ja la mais mas me meu meus minha minhas
        muito na nao nas nem no nos nossa nosso nossas nossos o obrigado obrigada oi ola onde os ou para
        pela pelo pode poderia por porque pra pro preciso quais qual quando quanto que quem queria quero
        saber se sem ser seu sim so sobre sua ta tem tenho tambem todas todos tudo tarde ter um uma uns
        ver voce voces vc gostaria dia noite favor status ontem hoje amanha vai vao chega chegou"""
    ),
    courtesies=words(
        """por favor pfv pf pfvr oi ola opa bom boa dia tarde noite obrigado obrigada obg valeu vlw bot o a
        e me voce vc pode poderia gentileza tudo bem pessoal senhor senhora caro prezados prezado ai ae
        orderbot urgente quero queria gostaria de meu minha os as"""
    ),
    anywhere={
        Intent.UNLINK: phrases(
            """desvincular; desconectar; desvincular minha conta; desconectar minha conta;
            me desconecte; me desconecta; me esquece; me esqueca; esquecer meus dados;
            apagar minha conta; remover minha conta; excluir minha conta; desvincule;
            encerrar sessao"""
        ),
        Intent.WHO_AM_I: phrases(
            """quem sou eu; quem eu sou; qual empresa; qual e a minha empresa; qual minha empresa;
            que empresa; minha empresa; de qual empresa; qual conta; estou vinculado;
            estou conectado; quais empresas"""
        ),
        Intent.LINK: phrases(
            """vincular minha conta; vincular conta; conectar minha conta; conectar conta;
            me vincular; me conectar; me cadastrar; quero vincular; quero conectar; como vincular;
            como conectar; como me cadastro; ligar minha conta; meu email e; meu e mail e;
            fazer login; quero acesso; preciso de acesso; ter acesso; novo codigo; enviar codigo;
            me manda o codigo; reenviar codigo; outro codigo"""
        ),
        Intent.HELP: phrases(
            """o que voce faz; o que vc faz; o que voce pode fazer; o que vc pode fazer;
            como funciona; como usar; como uso; o que posso perguntar; preciso de ajuda; me ajuda;
            me ajude; quais comandos; o que posso fazer; quem e voce"""
        ),
        Intent.THANKS: phrases(
            """obrigado por; obrigada por; obrigado pela; obrigada pela; obrigado pelo;
            obrigada pelo; muito obrigado; muito obrigada; obrigado pelas; obrigada pelas;
            valeu pela; era isso; e so isso"""
        ),
    },
    alone={
        Intent.UNLINK: phrases("sair; logout; deslogar; desligar"),
        Intent.LINK: phrases("vincular; conectar; entrar; login; cadastrar; cadastro; acessar; acesso"),
        Intent.HELP: phrases(
            "ajuda; socorro; ajudar; comandos; menu; opcoes; inicio; comecar; iniciar; suporte; como"
        ),
        Intent.WHO_AM_I: phrases("quem sou; empresa; minha conta; perfil; meu perfil"),
        Intent.THANKS: phrases(
            """obrigado; obrigada; valeu; vlw; obg; brigado; brigada; agradeco; perfeito; otimo;
            excelente; show; beleza; blz; ok obrigado; grato; grata; maravilha; legal; certo;
            entendi"""
        ),
        Intent.GREETING: phrases(
            """oi; ola; opa; bom dia; boa tarde; boa noite; tudo bem; oi tudo bem; ola tudo bem;
            e ai; eai; tudo certo; tudo bom; tudo joia; como vai; como vao; beleza pessoal; alo; salve;
            bom dia tudo bem; teste"""
        ),
        Intent.LIST: phrases("lista; listar; todos; historico; recentes; mostra tudo; mostrar tudo; tudo"),
        Intent.FIND: phrases("pedido; meu pedido; o pedido; buscar; procurar; consultar; rastrear"),
    },
    listing=phrases(
        """pedidos; meus pedidos; nossos pedidos; compras; minhas compras; historico de pedidos;
            lista de pedidos; encomendas; o que compramos; o que comprei; o que pedimos;
            o que falta; o que esta; o que temos; ordens de compra; o que tem"""
    ),
    code=phrases("codigo; cod de acesso; codigo de acesso; codigo de verificacao; pin; token"),
    order=words("pedido compra encomenda ordem venda ped"),
    orders=words("pedidos compras encomendas ordens entregas remessas ocs"),
    between_count_and_order=words(
        "ultimos ultimas meus minhas nossos abertos pendentes mais recentes novos de dos entregues os"
    ),
    newest=words("ultimo ultima ultimos ultimas recente recentes primeiros"),
    counts=numbered(
        """um uma=1 dois duas=2 tres=3 quatro=4 cinco=5 seis=6 sete=7 oito=8 nove=9 dez=10 doze=12
        quinze=15 vinte=20 trinta=30 sessenta=60 noventa=90"""
    ),
    documents=kinds(
        {
            "fatura; faturas; recibo; recibos": (Kind.INVOICE_PDF,),
            "pdf; pdfs": (Kind.INVOICE_PDF,),
            """danfe; danfes; pdf da nota; pdf da nota fiscal; pdf da nf; pdf da nfe; pdf da nf e;
            danfe da nota; danfe da nf; espelho da nota; segunda via da danfe""": (Kind.DANFE,),
            """xml; xmls; arquivo xml; xml da nota; xml da nota fiscal; xml da nf; xml da nfe;
            xml da nf e; xml das notas; xml nfe""": (Kind.NFE_XML,),
            """nota fiscal; notas fiscais; nota; notas; nf; nfs; nfe; nf e; nfes;
            nota fiscal eletronica; nota eletronica; documento fiscal; documentos fiscais;
            segunda via da nota; segunda via da nota fiscal""": (Kind.DANFE, Kind.NFE_XML),
            """nota de credito; notas de credito; nota fiscal de devolucao; nota de devolucao;
            nf de devolucao""": (Kind.CREDIT_NOTE,),
            "nota de debito; notas de debito": (Kind.DEBIT_NOTE,),
            """boleto; boletos; segunda via do boleto; 2a via do boleto; linha digitavel;
            codigo de barras; boleto bancario""": (Kind.BOLETO,),
            """comprovante de transferencia; comprovante de deposito; comprovante de pagamento;
            segunda via da transferencia; dados para transferencia; comprovante de pix""": (
                Kind.TRANSFER_SLIP,
            ),
            "gare; guia gare": (Kind.GARE,),
            "gnre; guia gnre; guia de recolhimento; guia de icms": (Kind.GNRE,),
            "extrato; extratos; extrato da conta; extrato financeiro": (Kind.STATEMENT,),
            """numeros de serie; numero de serie; lista de series; seriais; serial;
            numeros seriais; lista de seriais; lista de numeros de serie""": (Kind.SERIAL_NUMBERS,),
            """confirmacao do pedido; confirmacao de pedido; copia do pedido; espelho do pedido""": (
                Kind.ORDER_CONFIRMATION,
            ),
            """romaneio; romaneios; lista de embalagem; packing list; lista de volumes""": (
                Kind.PACKING_SLIP,
            ),
            """nota de entrega; guia de entrega; guia de remessa; nota de remessa""": (Kind.DELIVERY_NOTE,),
            """ct e; cte; ctes; xml do cte; xml do ct e; conhecimento; conhecimento de transporte;
            conhecimento de frete; conhecimentos de transporte; nota do frete""": (Kind.CTE_XML,),
            "dacte; dactes; pdf do cte; pdf do ct e": (Kind.DACTE,),
            """carta de correcao; cartas de correcao; cc e; cce; carta de correcao eletronica;
            carta de correcao da nota; carta correcao""": (Kind.CCE,),
            """nota de servico; notas de servico; nota fiscal de servico; notas fiscais de servico; nfse;
            nfs e;
            nota de servicos; nota fiscal de servicos""": (Kind.NFSE_PDF,),
            "xml da nota de servico; xml da nfse; xml da nfs e; nfse xml": (Kind.NFSE_XML,),
            """certificado; certificados; certificado de qualidade; certificados de qualidade;
            certificado de conformidade; certificado de analise; certificado de origem;
            certificado do material; certificado de materia prima; laudo; laudos; laudo tecnico;
            laudo de qualidade; laudo de analise; laudo de ensaio; fispq; fds; ficha de seguranca;
            ficha de dados de seguranca; ficha de seguranca fispq; ficha tecnica; certificado de calibracao;
            msds""": (Kind.CERTIFICATE,),
            """comprovante de entrega; comprovantes de entrega; canhoto; canhotos;
            canhoto assinado; prova de entrega; protocolo de entrega; recibo de entrega; comprovacao de
            entrega;
            comprovante de recebimento; evidencia de entrega; comprovante assinado; pod""": (
                Kind.PROOF_OF_DELIVERY,
            ),
        }
    ),
    all_documents=phrases(
        """documentos; documento; arquivos; todos os documentos; todos os arquivos; docs; anexos;
            documentacao; todos documentos; papelada"""
    ),
    belonging=phrases("da; do; de; das; dos; para a; para o; referente a; referente ao; ref a; a; ao"),
    number_words=words("numero numeros no n nr num nro n. nos cod id ref referencia e : - #"),
    prefixes=words("oc ocs pc pv ov op po pos"),
    doubtful_prefixes=words("pos op"),
    invoice_prefixes=words("nf nfe nf-e nfs nota notas fiscal danfe"),
    invoices=words("fatura nota nf nfe fiscal"),
    series=words("serie ser"),
    other_numbers=words(
        """ted pix transferencia deposito paguei transferi pagamos telefone fone tel celular whatsapp zap
        ramal sku produto item peca ean
        cnpj cpf ie cep sala
        andar rua pagina versao modelo lote quantidade qtd conta agencia ligue ligar"""
    ),
    quantities=words(
        """unidades unidade un und pecas peca caixas caixa pallets paletes itens item produtos produto kg
        quilos kilos litros metros horas hora dias dia semanas semana meses mes anos ano minutos vezes
        pessoas linhas volumes volume pacotes pacote sacos latas reais toneladas copias perguntas"""
    ),
    joins=words("e ou & + mais"),
    months=numbered(
        """janeiro jan=1 fevereiro fev=2 marco mar=3 abril abr=4 maio mai=5 junho jun=6 julho jul=7
        agosto ago=8 setembro set=9 outubro out=10 novembro nov=11 dezembro dez=12"""
    ),
    weekdays=numbered(
        """segunda segunda-feira=0 terca terca-feira=1 quarta quarta-feira=2 quinta quinta-feira=3
        sexta sexta-feira=4 sabado=5 domingo=6"""
    ),
    doubtful_dates=words("mar set out dez ago segunda terca quarta quinta sexta mai abr"),
    days={"amanha": 1, "depois de amanha": 2, "hoje": 0, "ontem": -1, "anteontem": -2, "antes de ontem": -2},
    units={
        "hora": "hour",
        "horas": "hour",
        "dia": "day",
        "dias": "day",
        "semana": "week",
        "semanas": "week",
        "quinzena": "fortnight",
        "semestre": "half",
        "semestres": "half",
        "mes": "month",
        "meses": "month",
        "trimestre": "quarter",
        "trimestres": "quarter",
        "ano": "year",
        "anos": "year",
    },
    this=words("este esta neste nesta deste desta esse essa nesse nessa desse dessa atual"),
    previous=words("ultimo ultima"),
    previous_after=words("passado passada pasado pasada anterior"),
    coming=words("proximo proxima seguinte"),
    parts=numbered("primeiro primeira 1o 1a=1 segundo segunda 2o 2a=2 terceiro 3o=3 quarto 4o=4"),
    edge_first=phrases(
        "inicio de; inicio do; inicio da; comeco de; comeco do; comeco da; inicio deste; comeco deste"
    ),
    edge_last=phrases("fim de; fim do; fim da; final de; final do; final da; fim deste; final deste"),
    rolling=words("ultimo ultima ultimos ultimas"),
    ago=words("atras"),
    ago_before=words("ha faz"),
    since=phrases("desde; desde o dia; desde o; a partir de; a partir do; a partir do dia; a partir"),
    since_day=(),
    until=phrases("ate; ate o dia; ate o"),
    before=phrases(
        """anteriores a; anterior a; anteriores ao; anterior ao; ha mais de; com mais de; mais antigos
        que; mais antigos do que; antes de; antes do; antes do dia;
        antes da"""
    ),
    after=phrases(
        "depois de; depois do; depois do dia; apos; apos o dia; posteriores a; posteriores ao; posterior a"
    ),
    between=phrases("entre; entre os dias; entre o dia"),
    range_joins=phrases("e; a; ao; ate; e o; ate o; -; a o"),
    at=phrases(
        """no mes de; pra; para; pra a; para a; para o; pro; do mes de; mes de; em; no; na; de; do; da; dos;
            das; nos; nas; durante;
            no dia; em o; do dia; dia"""
    ),
    of=words("de do"),
    articles=words("o a os as dia dias de do da"),
    ordinals=words("o a"),
    not_misspelt=words("futura futuras perdido perdidos"),
)
"""Brazilian Portuguese."""
