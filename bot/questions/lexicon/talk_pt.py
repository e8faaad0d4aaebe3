"""What people do with Portuguese words."""

from bot.questions.lexicon.talk import Concept, Talk

_LATER = """(chegar*|chegue*|sair|sairem|saia|for|forem|seja|sejam|entregar*|entreguem?|
faturar*|faturem|despachar*|
        enviar*|liberar*|atrasar*|atrase|mudar*|mude|estiver*|tiver*|tenha|houver|haja|
        emitir*|emitam?|embarcar*|
        embarque|postar*|coletar*|acontecer*|alterar*|altere|ficar*|fique|der|virar*|passar*|
        aprovar*|vencer*|carregar*|separar*|assinar*|pagar*|subir*|gerar*|gerem|cancelar*|pintar*)"""

PORTUGUESE_TALK: Talk = {
    Concept.ALERT: """avis*; notific*; alert*; (me|nos)? (da|de|de|mand*|dar) (um|uma)?
        (toque|alo|sinal|salve) (quando|assim|se|caso|qdo); (manten*|mantem|mantenha) _
        (informad*|atualizad*|a par); (me|nos) (manten*|mantem|mantenha) _ (informad*|atualizad*|a par);
        ser informad*; monitor*; fica* de olho; acompanhar e;
        (acompanhar|acompanhe|acompanha|acompanhando);
        (fica|fique|ficar|fiquem) (de olho|ligad*|atent*|esperto); (da|de|dar) uma (vigiada|monitorada);
        lembr* (me|nos); (me|nos) lembr*""",
    Concept.TELL: """(um|uma)? (email|e mail|mensagem|sms|recado|grito|alo|zap|ligada|aviso|salve);
        (chama|chamar|grita|escreve);
        (me|nos)
        (fala|fale|falem|diz|diga|digam|conta|conte|informa|informe|informem|comunique|comunica|
        chama|chame|escreve|escreva); (fala|diz|diga|informe|informa) (me|nos|pra mim);
        receber (um|uma)? (email|e mail|mensagem|sms|aviso);
        (quero|queria|queremos|gostaria de|preciso) (de)? (saber|ficar sabendo) (quando|assim que|caso|na
        hora que)""",
    Concept.ONCE: f"""(quando|qdo|assim que|logo que|tao logo|se|caso|toda vez que|sempre que|na hora
        que|depois que) _ {_LATER}; qualquer
        (mudanca|alteracao|novidade|coisa|movimentacao|atualizacao|atraso|
        demora|problema|aviso|imprevisto)""",
    Concept.QUESTION: """onde; cade; aonde; kd; status; situacao; andamento; posicao; posicionamento;
        previsao; prazo; quando
        (e que)? (que)?
        (chega|chegam|vai|vao|sai|saem|sera|foi|entrega*|fica|e|vem|despacha*|fatura*|vence|vencem);
        qual (a|o|e)?; por que; porque; motivo; rastre*; transportadora; ja
        (saiu|sairam|foi|foram|chegou|esta| tem|ta|liberou|faturou|entregaram|baixaram|enviaram); foi
        (entregue|enviado|faturado|despachado|pago|paga); se ja; chegou; chegaram; atrasado; demora*;
        demorando; entrega; entregue; saiu; falt*; errad*; bloquead*; parad*; detalhes; como
        (esta|ta|vai|anda|estao|vao|ficou); esperando; aguardando; veio; vieram; quanto tempo;
        verificar; consultar; vao juntos; retorno""",
    Concept.STOP: """chega (des*|dess*|com); (para|pare|parar|parem)
        (de|com|com os|com as|com esses|com essas|os|as|o|a|todos|todas|avis*); cancel*; desativ*;
        deslig*;
        remov*; exclu*; (tira|tire|tirar); silenci*; nao (quero|preciso|precisa|me|nos|precisam); chega
        de; basta de; (deixa|deixe|deixar) de; ja deu; encerr*; nao mais; sem mais; interromp*; nao
        (e|eh)? (mais)? (necessario|preciso); dispens*; pod(e|em) parar""",
    Concept.ALERTS: """(os|esses|estes|tantos|dos|desses|de) (emails|e
        mails|mails|msgs|zaps|recados|lembretes);
        avis*; alert*; notific*; mensage*; monitor*; atualizac*; novidades; spam; mais
        (email|emails|e mail|e mails|msg|sms|recado|zap);
        (manda|mandar|mandem|mande|receber|enviar|envia|enviem) (mais)? (nada|coisa|coisas|msg|email)?
        (do|da|sobre);
        acompanhamento; acompanhamentos;
        acompanhando; acompanhar; vigiar; relatorio*; resumo (diario|semanal|toda|todo|da|de|#);
        resumos; boletim; lembrete*; assinatura; assinaturas""",
    Concept.SHOW: """lista; listar; liste; mostra; mostrar; mostre; ver; quais; que; meus; minhas;
        tenho; temos; ativos; ativas; todos; todas; estou; exibir; consultar""",
    Concept.UNWATCH: """nao (quero|queremos|preciso) mais (saber|ouvir|receber nada) (de|do|da|dos|das|sobre);
        nao (me|nos) interess* mais;
        (parar?|pare|parem|deixar?|deixe) de
        (acompanhar|monitorar|seguir|avisar|notificar|vigiar);
        silenci*; mutar; muta; (me|nos) (tira|tire|tirem|remove|remova) (da|dos|do|das)
        (lista|avisos|alertas|notificacoes|acompanhamento)""",
    Concept.CHANGED: """que (andou|mexeu|evoluiu|avancou|progrediu|se mexeu|se moveu)
        (no|na|nos|nas|com|desde|em|#);
        que (eu|nos|a gente|foi que eu) (perdi|perdemos|perdeu);
        mudou; mudaram; mudanca; mudancas; (houve|teve|tem|tiveram|alguma) (alguma)?
        (alteracao| alteracoes|mudanca|mudancas); alterou; alteraram; alterado; desde (a)? ultima
        (vez|consulta); o que perdi; o que (eu)? perdi; (esta|ta) diferente; (o que|oque|que) (foi que)?
        (aconteceu|rolou|houve|passou|se passou)
        (de novo)? (esta|essa|desde|hoje|ontem|na|nos|nesta|nessa|de ontem|de segunda);
        (andou|mexeu|mexeram|
        evoluiu|avancou|progrediu|movimentou) (algo|alguma coisa|nada)? (de|desde|da);
        (algo|alguma coisa|nada) _ (andou|mexeu|evoluiu|avancou|aconteceu|movimentou);
        (me)? (atualiza|atualize|poe|bota|coloca|deixa) (me)? _ (a par|em dia|por dentro|desde);
        (alguma|houve|teve) movimentacao""",
    Concept.NEWS: """novidade; novidades; de novo; alguma (atualizacao|noticia|novidade); noticias;
    atualizacoes
        novidade; novidades; de novo; alguma (atualizacao|noticia|novidade); noticias; atualizacoes""",
    Concept.SHARE: """compartilh*; divulg*; public*; posta; poste; postar; encaminh*; mand*; envi*;
        joga; jogue; coloca; coloque; bota; repass*; mostra; mostre;
        (deixa|deixe|deixar|torna|torne|tornar|fica|ficar) _ visivel; visivel (para|pra|a);
        (deixa|deixe|deixem|deixar) _ (ver|verem|olhar|acompanhar); (deixa|deixe|deixem|deixar) o resto _
        (ver|verem|olhar); que _ (vejam|veja|possam ver|enxerguem); pra _ (verem|ver);
        (libera|libere|abre|abra) pra""",
    Concept.OTHERS: """resto (da|do) (equipe|time|pessoal|turma|grupo|empresa);
        (pro|pra|para o|para a|para|com o|com a|ao|a) (setor de|departamento de|equipe de)?
        (compras|financeiro|contabilidade|logistica|almoxarifado|planejamento|fiscal|faturamento|diretoria);
        (meu|minha|nosso|nossa|pro meu|pra minha|com meu|com minha)
        (time|equipe|grupo|pessoal|turma|setor|chefe|gestor);
        (o|a|no|na|ao|pro|pra|com o|com a|com|para o|para a|deste|neste|nesse|esse|este)
        (equipe|time| canal|grupo|pessoal|galera|turma|chefe|colegas|chat); todos (do|no|os|da); todos
        aqui; aqui no; aqui
        pra; todo mundo; pra todos; com todos; para todos; colegas""",
    Concept.SEND: """(me|nos)? (mand|envi|reenvi|encaminh)(a|e|ar|am|em|o|aria|ariam|arem|ando|asse|assem);
        (mand|envi|reenvi|encaminh)(a|e|ar|em)(me|nos|mos|lhe);
        (me|nos)? (pass* (o|a|os|as|me|pra|por|ai)|arrum*);
        (nao|nem|nunca|ainda nao) _ (mand|envi|reenvi|encaminh)(aram|ou|aste|ado|ada|ados|adas);
        segunda via; # via; baix(a|ar|o|e) (o|a|os|as|xml|pdf|nota|boleto|danfe|esse|essa); download;
        copia; copias; anex*;
        (emit(e|ir|a|am|em)|ger(a|e|em|ar|am)|faz|faca|facam|atualiz(a|e|em|ar)|prorrog(a|ue|uem|ar))
        (o|a|os|as|um|uma|segunda|outro|outra|novo|nova|boleto|nota);
        (outro|outra|novo|nova) (boleto|via|nota|copia|danfe|xml|segunda); (nao|ainda nao|nunca) _
        (recebi|recebemos|chegou|veio|achei|encontrei|tenho|temos|localizei); (me|nos)
        (ve|da|de|arruma|arranja|consegue|fornec*|disponibiliz*); disponibiliz*; fornec*; solicito o;
        solicito a; imprimir; outra via; novo boleto""",
    Concept.WANT: """preciso; precisa; precisamos; precisam; quero; queria; queremos; gostaria;
        necessito; necessita; solicito; solicitamos; solicita; pode; poderia; tem como; consegue; pegar;
        procur*""",
    Concept.KNOW: """saber; verific*; consult*; confirm*; entender; ver se; descobrir; checar; conferir;
    posicao
        saber; verific*; consult*; confirm*; entender; ver se; descobrir; checar; conferir; posicao""",
    Concept.STATE_OF_DOCUMENT: """(qual|que|quais|em que|em qual|com qual|com que) (nota|nf|nfe|fatura)
        (fiscal)? (saiu|foi|corresponde|inclui|consta|traz);
        pag(o|a|os|as|ou|aram|amos|uei|uei); paguei; pagamento; quitad*;
        vence; vencem; venceu; vencimento; vencid*; quanto; valor; saldo; devemos; devo; deve; correto;
        certa; errad*; baixad*; baixaram; baixou; compens*; cobraram; cobrado; emitid*; emitiram;
        autorizad*; cancelad*;
        refere; referente a qual; (a)? que pedido; qual pedido; de qual pedido; de que pedido; quando;
        por que; ja (foi|foram|caiu|consta); em aberto; aberto; (status|situacao) (da|do)
        (nota|nf|nfe|boleto|fatura|danfe); liberad*; registrad*;
        faturad*; prazo""",
    Concept.BEYOND: """(sobe|suba|subir|baixa|baixe|baixar|aumenta|aumente|aumentar|diminui|diminua|
        diminuir|reduz|reduza|        reduzir|muda|mude|mudar) (a|as)? (quantidade|quantidades|qtd|qtde);
        (dobrar|dobra|duplicar|duplica|triplicar|substituir|substitui|ajustar|ajusta)
        (o|a|os|as|meu|minha|quantidade|#);
        (sobe|suba|subir|baixa|baixe|aument*|diminu*|reduz*|passa|coloc*|mud*|alter*) (a|o|as|os)
        (quantidade|qtd|data|
        endereco|preco); que horas (sao|e|tem); desconto; descontos;
        (segura|segure|segurem|segurar|adia|adie|adiem|adiar|postergar|antecipar|antecipa|
        posterga|antecipem|reagendar|reagenda|reagendem|remarcar|remarca|remarquem|redirecionar|desviar|juntar|unificar)
        (o|a|os|as|meu|minha|nosso|esse|este|essa|pedido|entrega|#);
        (cancelar|cancela|cancele|cancelem)
        (o|a|os|as|meu|minha|esse|este|este|um|pedido|#|essa);
        (alterar|altera|altere|mudar|muda|mude|trocar|troca|corrigir|modificar|editar) _
        (endereco|quantidade|data| pedido|item|itens|produto|local|prazo);
        (incluir|acrescentar|adicionar|aumentar|diminuir) _ (pedido|item| itens|quantidade|#);
        orcamento; cotacao; cotar; preco; precos; tabela de precos; quanto custa; comprar;
        (fazer|colocar|abrir|lancar) (um|uma|outro|novo) (novo)? (pedido|compra); novo pedido;
        disponibilidade d*; (devolver|devolucao d*|trocar)
        (o|a|os|as|um|uma|produto|mercadoria|pedido|#); (abrir|fazer|registrar) (uma|um)
        (reclamacao|chamado|devolucao); reembolso; capital d*; piada; (previsao do)? tempo
        (hoje|amanha|em); previsao do tempo; poema; receita de; futebol; chover; chove; chuva; ensolarado""",
    Concept.STOCK: "em estoque; a pronta entrega; pronta entrega",
    Concept.ONE: """(meu|minha|nosso|nossa|o|a|esse|essa|este|esta|do|da|desse|deste)
        (pedido|compra|encomenda|entrega| mercadoria|material|carga|pacote|produto); dele; dela; ele;
        ela""",
    Concept.PROGRESS: """status; prazo; entrega; rastre*; andamento; situacao; posicao; pedido;
    previsao; cade; kd; onde; aonde; quando (e que)? (chega|vem|sai|chegam); chegou; demora*; demorando""",
    Concept.BACK: """e (o|a|os|as|do|da|dele|dela|um|uma); e; tambem; dele; dela; deles; delas; desse
        pedido; deste pedido; dessa nota; esse ai; essa ai; do mesmo; mesmo pedido""",
    Concept.WHICH: """o que; quais; que; algum; alguma; tudo; todos; todas; lista; listar; mostra;
        mostrar; quantos; quantas; tem; temos; ha; relacao; pedidos; compras; resumo; relatorio""",
    Concept.SWITCH: """(trocar|troca|troque|mudar|muda|mude|alternar|alterar|altera|usar|use|
    selecionar|escolher|passar|passa|passe|ir|vai|ver|abrir|olhar|acessar)
        (de|a| para|pra|pela|na|da|entre)? (outra|outras|a|minha|as|minhas)? (outra|outras)?
        (empresa|empresas|conta|contas|cliente|companhia|filial do grupo|razao social); (trocar|mudar)
        (para|pra); em nome (da|de|do|dessa|desta|outra);
        (consult*|pergunt*|fal*|oper*|us*|entr*|atu*|trabalh*|olh*|ver)
        (pela|pelo|como|em nome d*) (a|o)?
        (filial|matriz|empresa|outra|outro|cnpj|unidade|razao|grupo); (para|pra|no|pelo|de)? (o)?
        outro (cnpj|cadastro);
        outra empresa""",
    Concept.LINK: """(me|nos) (reconhec*|identific*); (reconhec*|identific*) (me|nos); como
        (cliente|comprador*|usuario);
        (nao|ainda nao) (esta|estou|estamos|foi|fui|sou|somos|tem|tenho|ta|to)?
        (conectad*|vinculad*|cadastr*|registrad*);
        (faz*|faco|fazer) (o|meu|um)? (login|cadastro|registro|acesso); como _ (me)?
        (cadastro|registro|conecto|vinculo|logo|entro|entrar);
        (vincul*|conect*|cadastr*|associ*|ligar|ativar|validar|verificar)
        (me|minha|meu|a|o|com|esta|este) _
        (conta|empresa|email|chat|telegram|slack|cadastro|acesso|usuario|whatsapp); (me|quero me|para
        me) (cadastr*|vincul*|conect*|registr*); fazer (meu|o|um)? (cadastro|login|registro);
        (quero|preciso|ter|tenho|liberar|libera|libere|liberam|pedir|peco|consigo|conseguir|solicitar|solicito|ganhar|obter)
        (de|o|um|meu)? acesso; meu (e mail|email) e;
        (novo|outro|reenviar|enviar|manda*) (o)? codigo; (criar|abrir) (minha|uma)? conta;
        cadastrar; (vincular|conectar|cadastrar) (conta|empresa|email|chat|telegram|slack|
        whatsapp);
        entrar na minha conta""",
    Concept.UNLINK: """(meu|minha|nosso|nossa|meus) (login|conta|acesso|vinculo|cadastro|usuario|dados)
        (seja*|fo*)? (removid*|apagad*|excluid*|encerrad*|cancelad*|revogad*|deletad*);
        (apag*|exclu*|remov*|delet*)
        (o|a)? (meu|minha|nosso|nossa) (login|usuario|perfil);
        deslog*;
        (encerr*|termin*|desfa*|cort*|romp*|quebr*|acab*) (a|o|com a|com o|minha|meu|essa|esta|esse|este)
        (ligacao|conexao|vinculo|vinculacao|associacao|integracao); (fazer|faz|faca)? logout; (me)?
        (tira|tire|sair|saia) da conta;
        desvincul*; desconect* (me|minha|a|esta|essa|conta|da); me desconect*;
        (sair|saia) (da|de) (minha)? (conta|sessao); (quero|vou) sair;
        (apag*|exclu*|remov*|encerr*|cancel*|delet*|tir*|revog*|retir*|bloquei*) (minha|a minha|meu|o
        meu|meus|a|o|os| esta)?
        (conta|cadastro|dados|vinculo|sessao|acesso|login); me esque*; deslogar""",
    Concept.WHO: """quem _ (acha|pensa|diz) que (eu)? sou; (em)? nome de quem;
        de quem (e|sao) (essa|esta|a|este|esse) (conta|empresa|cadastro|login);
        quem (sou|eu sou) eu?; (em|com|a|de|por|pra|na)? (qual|que|quais)
        (empresa|empresas|conta|contas| cliente) (eu|nos)?
        (estou|estamos|e|sou|to|esta|tenho|temos|logado|conectado|vinculado); (estou|to|estamos)
        (vinculad*|conectad*|logad*|cadastrad*); (que|qual|quais) (empresa|conta|cliente|cadastro) _
        (eu)? (to|estou|estamos|sou|tenho|entrei|me ve|me tem); qual (e)? (a)? minha (empresa|conta);
        (que|quais) (dados|informacoes|info|cadastro) _ (de mim|sobre mim|meus|meu|da gente|sobre nos|minhas);
        (meus|minhas)
        (acessos| permissoes|direitos); meu (perfil|acesso|papel)""",
    Concept.HELP: """(o que|que) (mais)? (voce|vc|tu|o bot|da pra|posso|eu posso) _
        (faz|fazer|pode|perguntar|sabe|consegue|pedir); (que|quais) (tipo|tipos|coisas|perguntas|coisa) _
        (perguntar|pedir|faz|fazer|consultar|responde|responder|sabe|consegue); como (isso|isto|voce|vc|o
        bot|e que|que)? _
        (funciona|usar|uso|usa|utiliza*|comec*|falo com voce); preciso de ajuda; (tem|ha)
        (alguem|humano|atendente|gente); (me|nos) ajud*; ajuda;
        quais (os|sao os|sao)? (comandos|opcoes|funcoes); quem e (voce|vc); nao (entendi|
        entendo); (falar|conversar) com
        (um|uma|alguem|o)? (atendente|pessoa|humano|alguem|suporte)?; instrucoes""",
    Concept.THANKS_FOR: "obrigad* (por|pelo|pela|pelos|pelas); valeu (pelo|pela); agradeco (o|a|pelo|pela)",
    Concept.THANKS: """era (isso)? o que eu? (precisava|queria|buscava); era isso que eu (precisava|queria);
        obrigad*; obg; brigad*; valeu; vlw; agradec*; era isso; era so isso; e so isso; so
        isso mesmo; isso mesmo; (resolveu|resolvido|respondeu|respondido|esclareceu|sanou);
        perfeito; ajudou (muito|demais); grat(o|a)""",
    Concept.OPEN: """(em)? aberto; abertos; abertas; pendente; pendentes; pendencia; pendencias;
        (nao|ainda nao) (foi| foram)?
        (entregue|entregues|chegou|chegaram|recebi|recebemos|recebidos|atendido|atendidos); em
        andamento; falta (chegar|entregar|receber|vir); faltam (chegar|entregar|receber|vir)?; a
        (entregar| receber|chegar); aguardando entrega; por entregar; ativos; em processo; nao
        concluidos""",
    Concept.LATE: """atrasad*; atraso; atrasos; em atraso; (fora|passou) do prazo; demorad*; atrasou;
        atrasaram; prazo (vencido|estourado)""",
    Concept.BACKORDERED: """saldo (pendente|a entregar|de entrega);
        (itens|item|produtos|produto|mercadoria) em falta; em falta; sem estoque;
        (aguardando|esperando|falta de) (estoque|material|mercadoria); backorder; backorders; pendencia
        de estoque; com saldo; falta de (estoque|material|mercadoria|produto); ruptura (de estoque)?;
        saldos""",
    Concept.INVOICED: """(voces|vcs|vc|voce|que|ja|nos|me) (ja|nos|me)? fatur(ou|aram);
        (o que|tudo que|que) (foi|foram) faturad*;
        (ja|foram|foi|pedidos|esta|estao|compras) (foram|foi)? faturad*; com nota
        (fiscal)?; com nf; com notas; faturados; faturadas""",
    Concept.NOT_INVOICED: """(nao|ainda nao|nem) _ (faturad*|faturou|faturaram); sem (nota|notas|nf|nota
        fiscal| faturamento|faturar|fatura); (a|por|para) faturar; (aguardando|pendente de|pendentes
        de|falta) (faturamento| faturar|nota)""",
    Concept.UNPAID: """(nao|ainda nao|falta|faltam) _ (pag*|quitad*|quitar|quitamos); (o
        que|que|quais|quanto) _ (vence|vencem|vencer|a vencer);
        (ta|esta|estamos|to|estou|tamos|tava) (te)? (dev*);
        (notas?|faturas?|boletos?|titulos?|contas?|duplicatas?|parcelas?) (fiscal|fiscais)? (que)? (ainda)?
        (esta|estao|ta|tao|continua|continuam|segue|seguem)? (ainda)? (em)?
        (abert[oa]s?|pendentes?|a pagar|a vencer); (temos|tenho) que pagar;
        (devemos|devo|estamos devendo|estou
        devendo|ta devendo|esta devendo); a pagar; sem pagamento;
        (aberto|abertos|aberta|abertas|pendente|pendentes) (para|pra|de|a|por) (pag*|quit*|acert*);
        (para|pra|por) (pagar|quitar|acertar); (meu|nosso) saldo devedor;
        saldo da (minha|nossa)? conta; em aberto no financeiro; (aguardando|esperando|pendentes
        de|pendente de|falta)
        (o)? pagamento""",
    Concept.ON_HOLD: """bloquead*; retid*; parad*; travad*; em bloqueio; suspens*;
        (bloquead*|retid*|parad*|travad*|suspens*) (por|pela|pelo|devido a)
        (falta|problemas?|limite|analise) (de)?
        (credito|limite|pagamento|aprovacao|documento|documentos|cadastro)?; (bloqueio|retencao|analise) de
        credito; falta de (credito|limite)""",
    Concept.DONE_BY: """(que|quais|pedidos|compras) _
        (fez|fizeram|pediu|comprou|colocou|lancou|abriu|solicitou)""",
    Concept.OVERDUE: """(algo|nada|que|tudo|alguma coisa) (ja)? (esta|ta|estao|temos|tem|ha)? (de)? vencid*
        (a|por|sem|para)? (pag*)?; vencid* (a|por|sem|para) pag*;
        (notas?|faturas?|boletos?|titulos?|contas?|duplicatas?|parcelas?) (fiscal|fiscais)?
        (que)? (estao|esta|ta|tao|ja|em)? (estao|esta)? (vencid*|atrasad*|atraso|em atraso|venceram|venceu);
        vencidas e nao pagas""",
    Concept.CANCELLED: "cancelad*; cancelamentos",
    Concept.RETURNED: "devolvid*; devolucoes; retornad*",
    Concept.DELIVERED: """chegaram; entregaram; recebemos; (pedidos|ja|foram|foi|compras) (foram|foi)?
        (entregue|entregues); entregues
        (em|no|na|ontem|hoje| essa|esta|este|desde|semana|neste|nesta); o que (chegou|foi entregue);
        recebidos; recebidas""",
    Concept.SHIPPED: """sairam; despacharam; enviaram; expediram; embarcaram; (pedidos|ja|foram|foi|o
        que|que) (foram|foi)?
        (enviad*|despachad*|expedid*|embarcad*|saiu| sairam|postad*); (enviad*|despachad*|expedid*)
        (em|no|na|ontem|hoje|essa|esta|este|desde|semana)""",
    Concept.UNSHIPPED: """(nao|ainda nao|nem) _
        (enviad*|despachad*|expedid*|embarcad*|saiu|sairam|postad*); (a|por) (enviar|despachar|expedir);
        aguardando (envio|despacho|expedicao|coleta)""",
    Concept.UNDER_WAY: """(esta|estao|ta|tao|vem|vindo|que vem) (vindo|chegando|viajando);
        em transito; a caminho; em rota; em viagem; saiu para entrega; na estrada""",
    Concept.PARTLY: "(parcial|parciais|parcialmente|entrega parcial|entregues em parte|enviados em parte)",
    Concept.AWAITING_APPROVAL: """(aguardando|esperando|pendente|pendentes|em|para|falta) (de|a|da)?
        (aprovacao| liberacao|analise|autorizacao); a aprovar; nao aprovad*""",
    Concept.CONFIRMED: "confirmad*; aprovad*",
    Concept.IN_PREPARATION: """(separando|preparando|produzindo|fabricando); em
        (separacao|preparacao|producao|preparo|expedicao|fabricacao);
    sendo (separad*|preparad*)
        em (separacao|preparacao|producao|preparo|expedicao|fabricacao); sendo (separad*|preparad*)""",
    Concept.COMPLETED: "concluid*; finalizad*; encerrad*; fechad*",
    Concept.WHEN_SHIPPED: """sair*; sai; saiu; saia; despach*; envi(ar|arem|ado|ados|ada|e|em);
        expedid*; embarc*; postad*; coletad*; em rota; a caminho""",
    Concept.WHEN_DELIVERED: "cheg(ar|arem|ue|uem|a|ou|am); entreg*; receb*",
    Concept.WHEN_LATE: "atras*; demor*; prazo mudar",
    Concept.WHEN_INVOICED: "fatur*; nota; notas; nf; nfe; danfe; fiscal",
    Concept.WHEN_DOCUMENT: """documento; documentos; boleto; boletos; xml; arquivo; canhoto; laudo;
        certificado; comprovante;
        romaneio; certificados; laudos; cte; fispq""",
    Concept.BY_ME: "(que)? eu (fiz|pedi|comprei|coloquei|lancei|abri|solicitei); feitos por mim; por mim",
    Concept.BY: """(que|pedidos|compras) (fez|pediu|lancou|comprou|colocou|abriu|solicitou);
        (feit*|lancad*|colocad*|abert*|criad*|solicitad*|comprad*|emitid*|realizad*)
        (pelo|pela|por|pel|por o); pedidos (do|da) (comprador|compradora|colega); (pelo|pela)
        (comprador|compradora)""",
    Concept.CONTAINING: """com (o|a|os|as)? (produto|item|material)?; que
        (tem|tenham|contem|contenham|incluem|inclui|incluam|leva|levam); contendo; incluindo; do
        (produto|item|material);
        de""",
    Concept.TOWARDS: """(para|pra|pro|em|na|no|ao|a) (a|o|as|os|nossa|nosso)?; (com)?
        (entrega|entregas|destino|envio| destinados|destinadas|enviados|entregues) (em|para|pra|na|no|a)
        (a|o|nossa)?""",
    Concept.SITE: """filial; loja; deposito; armazem; fabrica; obra; unidade; planta; cd; centro de
        distribuicao; matriz; cidade; endereco; galpao; almoxarifado; canteiro""",
    Concept.SKU: """sku; codigo; cod; produto; item; itens; artigo; material; peca; referencia; ref;
        referencia do
        produto; ean; modelo; part number""",
}
