"""Talk about people and companies rather than orders: who is let in, who may see, which company is meant.

These are requests people learn from the help, so whole sentences are recognised, in three languages and
with courtesies around them; a text that is anything else is left alone.
"""

import re
from dataclasses import dataclass

from bot.questions.cleaning import fold
from bot.questions.lexicon import ALL
from bot.questions.question import Intent


@dataclass(frozen=True, kw_only=True)
class AccountTalk:
    """What such a text asks; fields that do not belong to the intent are empty."""

    intent: Intent
    company: str | None = None
    role: str | None = None
    tax_id: str | None = None
    invitation: str | None = None
    member: str | None = None
    reach: str | None = None


def read_account(text: str) -> AccountTalk | None:
    """What a cleaned text without mentions asks about people and companies; None for anything else."""
    folded = fold(text)
    token = _TOKEN.search(folded)
    if token is not None:
        return AccountTalk(intent=Intent.INVITATION, invitation=token[0])
    said = without_courtesies(folded)
    reach = _REACH_OF.fullmatch(said)
    if reach is not None:
        return _read_reach(reach)
    for intent, pattern in _SENTENCES:
        match = pattern.fullmatch(said)
        if match is None:
            continue
        found = match.groupdict()
        company = _named(found.get("company"))
        if "company" in found and found["company"] and company is None:
            continue
        return AccountTalk(
            intent=intent,
            company=company,
            role=_role(said) if intent in _WITH_ROLE else None,
            tax_id=_tax_id(found.get("tax_id")),
        )
    return None


def read_contact(text: str) -> AccountTalk | None:
    """The company of a contact, as staff ask for it: "company ana@northwind.example", "company +55 11 …"."""
    match = _CONTACT.fullmatch(fold(text).strip())
    return AccountTalk(intent=Intent.SWITCH_COMPANY, company=match[1]) if match else None


_CONTACT = re.compile(
    r"(?:company|empresa|customer|cliente)(?: of| de)? ([^\s@]{1,64}@[^\s@]{3,190}|\+[\d ().\-]{8,20}\d)"
)


def read_company_before(text: str) -> tuple[str, str] | None:
    """The company and the question of "for Northwind: where is PO-7782?"; None for anything else."""
    match = _BEFORE.fullmatch(text)
    company = _named(fold(match[1])) if match else None
    return (company, match[2]) if match and company and not any(one.isdigit() for one in company) else None


def read_people(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without the mentions in it, and whom they mention: ids of people and user groups."""
    people = tuple(dict.fromkeys(match[1] for match in _MENTION.finditer(text)))
    return " ".join(_MENTION.sub(" ", text).split()) if people else text, people


_TOKEN = re.compile(r"(?<![a-z0-9\-])inv-[0-9a-f]{32}(?![0-9a-z])")
_MENTION = re.compile(r"(?<![\w@.])@([UWS][A-Z0-9]{2,20})(?![A-Za-z0-9@])")
_BEFORE = re.compile(r"(?:for|para|pro|pra|por)\s+([^:]{2,80}?)\s*:\s+(.+)", re.IGNORECASE)

_COURTESY = (
    r"(?:please|pls|plz|hi|hello|hey|can you|could you|i want to|i would like to|id like to|let me|"
    r"por favor|ola|oi|hola|pode|poderia|puedes|podrias|quero|quiero|gostaria de|quisiera|me)"
)
_BEGINNING = re.compile(rf"(?:{_COURTESY}[ ,]{{1,3}}){{1,3}}")
_ENDING = re.compile(
    r"(?:[ ,]{1,2}(?:please|pls|plz|thanks|por favor|obrigado|obrigada|gracias|now))?[ .!?]{0,4}$"
)


def without_courtesies(folded: str) -> str:
    """A folded text without "please" and the like around it."""
    beginning = _BEGINNING.match(folded)
    said = folded[beginning.end() :] if beginning else folded
    return _ENDING.sub("", said).strip()


_THE = r"(?:this |the |our |my |este |esta |o |a |el |la |esse |nosso |nuestro )?"
_WORKSPACE = _THE + r"(?:slack )?(?:workspace|espaco de trabalho|espacio de trabajo)"
_CHANNEL = _THE + r"(?:channel|group|canal|grupo)"
_TIE = r"(?:link|tie|connect|bind|vincular|vincule|vincula|conectar|ligar|amarrar)"
_UNTIE = r"(?:unlink|untie|disconnect|unbind|desvincular|desvincule|desvincula|desconectar|desligar)"
_PHONE = r"(?:phone|phone number|mobile|cell|telefone|celular|telefono|movil|numero de telefone|numero)"

_RECEIVERS = (
    r"(?:me|us|mim|mi|nos|everyone|everybody|all|todos|tod[oa]s?|gente|the |our |my |this |that |el |la |os |"
    r"as |meu|minha|nosso|nossa|outr[oa]|otr[oa]|equipe|equipo|time|team|pessoal|grupo|group|canal|channel|"
    r"contador\w*|contabil\w*|financ\w*|fiscal|compras|logistica|almox\w*|almacen|chefe|jefe|"
    r"portugu\w*|english|ingl\w*|spanish|esp[an]\w*)\b"
)
"""To whom things are passed on, and what else one changes to: no companies."""

_SENTENCES = tuple(
    (intent, re.compile(sentence))
    for intent, sentence in (
        (Intent.UNTIE_WORKSPACE, rf"{_UNTIE} {_WORKSPACE}"),
        (Intent.CONFIRM_WORKSPACE, rf"confirm(?:ar|e|o|a)? {_WORKSPACE}"),
        (Intent.LINK_WORKSPACE, rf"{_TIE} {_WORKSPACE}[ :,]{{0,3}}"),
        (Intent.UNTIE_CHANNEL, rf"{_UNTIE} {_CHANNEL}"),
        (
            Intent.TIE_CHANNEL,
            rf"{_TIE} {_CHANNEL}"
            r"(?: (?:to|with|a|ao|con|com|para)(?: (?:company|empresa))? (?P<company>.{1,80}))?",
        ),
        (
            Intent.LINK_PHONE,
            rf"(?:{_TIE}|verify|entrar|verificar)(?: me| -?me)? (?:by|with|via|por|com|con|pelo|usando) "
            rf"(?:my |o |meu |mi |el )?{_PHONE}",
        ),
        (
            Intent.UNSHARE,
            r"(?:undo|take back|delete|remove|retract) (?:the |my |what i )?(?:last )?(?:share|shared|post)|"
            r"unshare|"
            r"(?:desfazer|desfaca|apagar|apague|retirar) (?:o |meu |o meu )?(?:ultimo )?"
            r"(?:compartilhamento|compartilhado)|descompartilhar|"
            r"(?:deshacer|deshaz|borrar|borra|retirar) (?:lo |mi |el )?(?:ultimo )?(?:compartido|publicado)|"
            r"dejar de compartir",
        ),
        (
            Intent.RECENT,
            r"recent(?: look ?ups)?|(?:what (?:we|the team) )?looked up today|"
            r"recentes|consultas recentes|o que consultamos hoje|"
            r"recientes|consultas recientes|que consultamos hoy",
        ),
        (
            Intent.OPEN_PAGE,
            r"(?:open|show|see|view)(?: it| them| everything)?(?: (?:the |my |our |all )*orders)? "
            r"(?:in|on) (?:the |my |a )?(?:web ?)?(?:browser|web|page)|"
            r"(?:abrir|abra|abre|ver|mostrar)(?: tudo)?(?: (?:os |meus |nossos |todos )*pedidos)? "
            r"(?:no|em um|num|na) (?:navegador|browser|web|pagina)|"
            r"(?:abrir|abre|ver|mostrar)(?: todo)?(?: (?:los |mis |nuestros |todos )*pedidos)? "
            r"en (?:el |un |la |una )?(?:navegador|browser|web|pagina)",
        ),
        (
            Intent.MEMBERS,
            r"(?:(?:show|list|see|manage|mostrar|listar|ver|gerenciar|gestionar) )?"
            r"(?:the |our |my |os |los |nossos |nuestros )?(?:members|team members|membros|miembros|"
            r"membros da equipe|miembros del equipo)|"
            r"who (?:has|have) access(?: to our orders)?|who can see(?: our)? orders|"
            r"quem tem acesso|quem pode ver(?: os| nossos)? pedidos|quien tiene acceso|"
            r"quien puede ver(?: los| nuestros)? pedidos|"
            r"(?:who|(?:which|what|que|quais|cuales) (?:people|colleagues|users|colegas|pessoas|usuarios|"
            r"personas|companeros)|quem|quien(?:es)?) (?:else |mais |mas )?"
            r"(?:(?:at|in|from|of|on|da|de|do|na|no|en|del) [a-z ]{2,40}? )?"
            r"(?:has access|have access|can (?:see|access|view|look up)|is linked|uses this|tem acesso|"
            r"pode ver|consegue ver|ve|tiene acceso|tienen acceso|puede ver|pueden ver)"
            r"(?: [a-z ]{0,20}"
            r"(?:orders|pedidos|account|conta|cuenta|data|dados|datos|bot|this|isso|esto|aqui)"
            r"(?: (?:of|in|at|da|de|do|del) [a-z ]{2,30})?)?",
        ),
        (
            Intent.HISTORY,
            r"(?:(?:show|ver|mostrar) )?(?:the |o |a |el |la )?"
            r"(?:access (?:history|log)|audit|audit (?:log|trail)|auditoria|"
            r"historico de (?:acessos|consultas)|historial de (?:accesos|consultas)|"
            r"registro de (?:acessos|accesos|consultas))|"
            r"who (?:looked up|looked at|asked for|asked|saw) (?:what|our orders)|"
            r"quem consultou(?: o que)?|quem perguntou o que|quien consulto(?: que)?|quien pregunto que",
        ),
        (
            Intent.STAFF_ADD,
            r"staff add(?: as admin| admin)?|add (?:to )?(?:the )?staff(?: as admin)?|make staff(?: admin)?|"
            r"staff (?:adicionar|anadir|agregar)(?: como admin\w{0,12})?|add as staff(?: admin)?",
        ),
        (Intent.STAFF_REMOVE, r"staff (?:remove|remover|quitar)|remove from (?:the )?staff|remove staff"),
        (Intent.STAFF_LIST, r"(?:(?:list|show|listar|mostrar|ver) )?(?:the )?staff(?: list)?"),
        (
            Intent.INVITE,
            r"(?:invite|invitation|convidar|convide|convida|convite|invitar|invite a|invita|invitacion)"
            r"(?: (?!for order|do pedido)[^\d]{0,80})?",
        ),
        (
            Intent.JOIN,
            r"(?:request access|ask for access|request to join|join|pedir acesso|solicitar acesso|"
            r"pedir acceso|solicitar acceso)(?: (?:to|for|a|ao|para|al|de))?"
            r"(?: (?:company|tax id|cnpj|nif|cif|rut|rfc|empresa))?[ :]{0,2}"
            r"(?P<tax_id>[0-9a-z][0-9a-z ./\-]{5,28}[0-9a-z])?",
        ),
        (
            Intent.SWITCH_COMPANY,
            r"(?:switch|change|trocar|troque|mudar|mude|cambiar|cambia)(?: de| my| the)? "
            r"(?:company|companies|empresa|empresas)(?: (?:to|para|a) (?P<company>.{1,80}))?",
        ),
        (
            Intent.SWITCH_COMPANY,
            r"(?:(?:switch|swap|flip|jump|move|change|toggle)(?: me| us)?(?: over| back)? (?:to|into)|"
            r"(?:me )?(?:troca|troque|passa|passe|muda|mude|coloca|coloque|bota)(?:-me)? (?:para|pra|na|pro) "
            r"(?:a |o )?(?:empresa )?|"
            r"(?:(?:cambia|pasa|pon|mueve)(?:me|nos)|cambi(?:a|e|ate|arse|arme)) (?:a|para) "
            r"(?:la |el )?(?:empresa )?)"
            rf" ?(?!{_RECEIVERS})(?P<company>[^\d]{{3,60}})",
        ),
        (
            Intent.SWITCH_COMPANY,
            r"(?:switch to|(?:use |usar |act for |change to )?(?:company|empresa)|"
            r"trocar para|mudar para|cambiar a)(?: company| empresa)?[: ]{1,2}(?P<company>.{1,80})",
        ),
    )
)
_OWN = (
    r"(?:only )?(?:their |his |her |the )?own(?: orders)?|(?:so |solo |apenas )?(?:os |seus |los |sus )?"
    r"(?:proprios pedidos|pedidos proprios|propios pedidos|pedidos propios)"
)
_TREE = (
    r"(?:the )?(?:whole )?company (?:and|with) (?:all )?(?:its |the )?branches|"
    r"(?:a |toda a |la |toda la )?empresa (?:e|y|com|con) (?:todas )?(?:as |suas |las |sus )?"
    r"(?:filiais|filiales|sucursales)"
)
_WHOLE = (
    r"(?:the )?(?:whole |entire )?company|(?:a |la )?empresa(?: toda| inteira| entera)?|"
    r"tod[ao] [ao] empresa|toda la empresa"
)
_BRANCH = (
    r"(?:(?:one|their|the|uma|sua|a|una|su|la) )?(?:branch|filial|unidade|sucursal|unidad)"
    r"(?: (?:of|de|do|da|del))?(?: (?P<branch>.{1,80}))?"
)
_REACH_OF = re.compile(
    r"(?:(?:set|change|mudar|mude|definir|cambiar|cambia) )?(?:the |o |el )?(?:reach|alcance)"
    r"(?: (?:of|for|de|do|da|del|para) (?!to |a |para )(?P<member>[^:]{1,60}?) ?(?=:|$))?"
    r"(?: (?:of|for|de|do|da|del|para))?(?: to| a| para)?[: ]{0,3}"
    rf"(?:(?P<own>{_OWN})|(?P<tree>{_TREE})|(?P<whole>{_WHOLE})|(?P<unit>{_BRANCH}))?"
)


def _read_reach(match: re.Match[str]) -> AccountTalk:
    named = (("own", "own"), ("company_tree", "tree"), ("company", "whole"), ("unit", "unit"))
    return AccountTalk(
        intent=Intent.REACH,
        reach=next((reach for reach, group in named if match[group]), None),
        member=match["member"],
        company=match["branch"],
    )


_WITH_ROLE = frozenset({Intent.INVITE, Intent.STAFF_ADD})

_ROLES = tuple(
    (role, re.compile(rf"\b(?:{words})\b"))
    for role, words in (
        ("admin", r"admin|administrator|administrador|administradora"),
        (
            "accounts_payable",
            r"accounts payable|ap|finance|accounting|accountant|financeiro|contas a pagar|contabilidade|"
            r"cuentas por pagar|finanzas|contabilidad",
        ),
        ("logistics", r"logistics|logistica|warehouse|almoxarifado|expedicao|almacen|shipping|deposito"),
        ("buyer", r"buyer|purchasing|procurement|comprador|compradora|compras"),
    )
)


def _role(said: str) -> str | None:
    return next((role for role, pattern in _ROLES if pattern.search(said)), None)


def _tax_id(written: str | None) -> str | None:
    plain = "".join(one for one in (written or "") if one.isalnum()).upper()
    digits = sum(one.isdigit() for one in plain)
    return plain if 8 <= len(plain) <= 20 and digits >= 5 else None


_KNOWN = frozenset().union(*(lexicon.common | lexicon.order | lexicon.orders for lexicon in ALL)) | frozenset(
    word for lexicon in ALL for phrase in lexicon.documents for word in phrase.split()
)


def _named(written: str | None) -> str | None:
    """What can be a company: a key of digits, or words of which one is nobody's everyday word."""
    name = (written or "").strip(" .,;:!?\"'")
    if not name:
        return None
    if name.isdigit():
        return name if len(name) <= 14 else None
    words = re.findall(r"[^\W_]+", name)
    if any(any(one.isdigit() for one in word) and len(word) > 3 for word in words):
        return name if " " not in name and _tax_id(name) else None
    return name if any(word not in _KNOWN for word in words) else None
