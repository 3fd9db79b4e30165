"""What a person wants ended, by their own words: only what is clear counts. Pure."""

import re
import unicodedata

EMAIL, CALL, TEXT = "email", "call", "text"
EVERYTHING = (EMAIL, CALL, TEXT)

COURTESIES = re.compile(
    r"\b(please|pls|kindly|thanks|thank you|bitte|danke|merci|s il vous plait|por favor"
    r"|gracias|per favore|grazie|obrigado|obrigada|alstublieft)\b"
)
PREFIX = re.compile(r"^((re|aw|antw|sv|rv|fw|fwd|wg|tr|enc)(\s*\[\d+\])?\s*:\s*)+", re.IGNORECASE)

ALL = re.compile(
    r"(stop|stopp|end|cancel|quit|unsubscribe)( me)?( from)?"
    r" (all|everything|any contact|all contact|all messages)"
    r"|stop contacting me|do not contact me( again| any ?more)?|don t contact me( again)?"
    r"|alles (stopp|stoppen|abbestellen|abmelden)"
    r"|(stop|arreter|arretez) tout|tout arreter|(alto|parar|cancelar|baja) (a )?(todo|tudo)"
)
CALLS = re.compile(
    r"(stop|end|no|no more)( all)? (phone )?(call|calls|calling)( me)?( again| any ?more)?"
    r"|(do not|don t) (call|phone) me( again| any ?more)?"
    r"|keine anrufe( mehr)?|(ne )?(m appelez plus|plus d appels)|no (me )?llamen?( mas)?"
)
TEXTS = re.compile(
    r"(stop|end|no|no more)( all)? (text|texts|texting|sms|text messages)( me)?( again| any ?more)?"
    r"|(do not|don t) text me( again| any ?more)?|keine sms( mehr)?|plus de sms"
    r"|no mas (sms|mensajes de texto)"
)
MAIL = r"(e ?mails?|mails?|messages?|mailings?|newsletters?)"
EMAILS = re.compile(
    r"stop|stopp|stop it|stop now|end|quit|remove|remove me|unsubscribe|unsubscribe me|unsub"
    r"|opt ?out|opt me out|take me off|cancel subscription"
    rf"|(stop|end|no more|no)( (all|sending|any|more|me|the|your|these))* {MAIL}( to me)?"
    r"|stop (e ?mailing|writing)( (to )?me)?"
    r"|(do not|don t) (e ?mail|write to) me( again| any ?more)?"
    rf"|(do not|don t) send( me)?( (any|more|your|these|further))* {MAIL}( any ?more| again)?"
    rf"|(unsubscribe|remove|delete|take|opt)( me| my (e ?mail|address|e ?mail address))?"
    rf"( out| off)?( (from|of|off))?( (the|your|this|all))*"
    rf"( (mailing|e ?mail|mail|distribution))?( (lists?|{MAIL}))"
    r"|i (want|wish|would like|d like) to (unsubscribe|opt ?out|be removed)"
    rf"( (from|of)( (the|your|this|all))*( (mailing|e ?mail))?( (lists?|{MAIL}))?)?"
    # German, French, Spanish, Portuguese, Italian, Dutch
    r"|abmelden|abmeldung|abbestellen|austragen|keine (e ?)?mails? mehr"
    r"|arret|arreter|desabonner|desabonnez moi|desinscrire|desinscription|me desinscrire"
    r"|se desabonner|plus d (e ?)?mails?"
    r"|baja|alto|parar|pare|cancelar suscripcion|dar(me)? de baja|no mas (correos|emails)"
    r"|descadastrar|cancelar inscricao|remover|sair"
    r"|cancellami|disiscrivimi|disiscriviti|basta|afmelden|uitschrijven|stoppen"
    r"|退订|取消订阅|退訂|取消訂閱|수신거부|配信停止|huy dang ky"
)


def read_wish(*, subject: str, own_words: str, is_for_this: bool) -> tuple[str, ...]:
    """The channels to end: of ``EVERYTHING``; none where the words say something else.

    Looked at are the first line that the person wrote, and the subject. ``is_for_this``: it came
    to the address that ends emails, where a mail without any words of one's own says enough.
    """
    first = next((line for line in own_words.split("\n") if line.strip()), "")
    for words in (first, subject):
        found = _understand(words)
        if found:
            return found
    is_empty = not first and (not subject or bool(PREFIX.match(subject)))
    return (EMAIL,) if is_for_this and is_empty else ()


def read_rest(own_words: str) -> str:
    """What the person wrote besides the line that says what to end."""
    lines = [line for line in own_words.split("\n") if line.strip()]
    return "\n".join(lines[1:] if lines and _understand(lines[0]) else lines)


def _understand(words: str) -> tuple[str, ...]:
    plain = _normalise(words)
    if not plain:
        return ()
    if ALL.fullmatch(plain):
        return EVERYTHING
    found = [
        channel
        for channel, pattern in ((CALL, CALLS), (TEXT, TEXTS), (EMAIL, EMAILS))
        if pattern.fullmatch(plain)
    ]
    return tuple(found[:1])


def _normalise(words: str) -> str:
    """Small letters without accents, marks and courtesies; ids and “Re:” left out."""
    text = PREFIX.sub("", words[:300].strip())
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", " ", text.lower())
    marks = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(one for one in marks if not unicodedata.combining(one))
    plain = "".join(one if one.isalnum() else " " for one in unicodedata.normalize("NFC", plain))
    plain = " ".join(plain.split())
    return " ".join(COURTESIES.sub(" ", plain).split())
