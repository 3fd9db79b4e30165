"""What a person wants ended, by their own words: only what is clear counts. Pure."""

import re
import unicodedata

from hcprograms.institutions.characters import fold_text

EMAIL, CALL, TEXT = "email", "call", "text"
MAX_WORDS = 5000
MAX_GREETING = 6
"""Words of a greeting with its names."""
EVERYTHING = (EMAIL, CALL, TEXT)

COURTESIES = re.compile(
    r"\b(please|pls|plz|kindly|asap|immediately|right away|right now|veuillez|graag"
    r"|thanks|thank you|bitte|danke|merci|s il vous plait|por favor"
    r"|gracias|per favore|пожалуиста|grazie|obrigado|obrigada|alstublieft)\b"
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
    rf"|i (no longer|do not|don t)( (want|wish|like))?( to)?( (get|receive|have))?"
    rf"( (any|more|your|these|further))* {MAIL}( (from|by) you)?( any ?more| again)?"
    r"|i (want|wish|would like|d like) to (unsubscribe|opt ?out|be removed)"
    rf"( (from|of)( (the|your|this|all))*( (mailing|e ?mail))?( (lists?|{MAIL}))?)?"
    # German, French, Spanish, Portuguese, Italian, Dutch
    r"|(melden sie|melde|nehmen sie|nimm|streichen sie|loschen sie|entfernen sie) mich"
    r"( (vom|von|aus|im)( (ihrem|ihrer|dem|der))?( (newsletter|verteiler|liste|mailverteiler)))?"
    r"( (ab|heraus|raus))?"
    r"|abmelden|abmeldung|abbestellen|austragen|keine (e ?)?mails? mehr"
    r"|arret|arreter|desabonner|desabonnez moi|desinscrire|desinscription"
    r"|(de )?me (desinscrire|desabonner|retirer)( de (la|votre|cette) liste)?"
    r"|se desabonner|plus d (e ?)?mails?"
    r"|baja|alto|parar|pare|cancelar suscripcion|(dar|denme|deme|darme) de baja"
    r"|no mas (correos|emails)"
    r"|descadastrar|cancelar inscricao|remover|sair"
    r"|(cancellami|cancellatemi|rimuovetemi)( dalla (vostra )?(lista|newsletter))?"
    r"|disiscrivimi|disiscriviti|basta|afmelden|uitschrijven|stoppen"
    r"|(отпишите|удалите) меня( из рассылки)?|отписаться"
    r"|请?(退订|取消订阅)|退訂|取消訂閱|수신거부|配信停止|huy dang ky"
)


GREETING = re.compile(
    r"^(hi|hello|hey|dear|good (morning|afternoon|evening|day)|to whom it may concern|hallo"
    r"|guten (tag|morgen|abend)|sehr geehrte[rs]?|liebe[rs]?|bonjour|bonsoir|madame|monsieur"
    r"|hola|buen[oa]s (dias|tardes)|estimad[oa]s?|ola|prezad[oa]s?|car[oai]|ciao|buongiorno"
    r"|salve|gentil[ei]|beste|geachte|dzien dobry)\b"
)
CLOSING = re.compile(
    r"^((with )?(kind|best|warm|many)? ?regards|best( wishes)?|sincerely( yours)?|yours( truly"
    r"| sincerely| faithfully)?|cheers|thanks( again)?|mit freundlichen gru(ss|s|ß)en|mfg"
    r"|(viele|beste|liebe|freundliche) gru(ss|s|ß)e|cordialement|bien cordialement|saludos"
    r"|atentamente|cordiali saluti|distinti saluti|atenciosamente|abracos"
    r"|met vriendelijke groet(en)?|groeten|pozdrawiam)\b"
)
REQUEST = re.compile(
    r"^(?:(?:can|could|would|will) you |i (?:would like|want|wish|d like|ask) you to"
    r"|(?:ok|okay|so|and|now|just|also) )"
)
# Not behind "Ms.".
SENTENCE_END = re.compile(r"(?<=[.!?;。！？])(?<!\b[DM][rs]\.)(?<!Mrs\.)(?<!Prof\.)\s+")
# Words that end emails when they stand alone, and mean something else behind "could you".
BARE = re.compile(r"stop|stopp|end|quit|remove|basta|alto|pare|parar|sair|no")
NAMES_AN_END = re.compile(
    r"\b(stop|stopp|unsubscribe|unsubscribed|unsub|opt ?out|opt me out|remove me|take me off"
    r"|cancel|no more|abmelden|abbestellen|melde[nt]? .{0,20}mich|desabonner|desinscrire"
    r"|desabonnez|arreter|baja|descadastrar|cancellami|disiscriv\w+|uitschrijven|afmelden"
    r"|(do not|don t) (e ?mail|contact|write|send|call|text))\b"
)
# A wish that is taken back, or that the person has not: "please do not unsubscribe me".
TAKEN_BACK = re.compile(
    r"\b(do not|don t|dont|did not|didn t|never|not|without|nicht|ne|no|nao|non|niet)"
    r"( (want|wish|need|like|to|you|be|me|my|ever|just|yet|i|should|lose|miss|pas|se|le|sie|mich"
    r"|quiero|darme|den|de|plus|willen|mij))*"
    r" (stop|unsubscrib\w*|remove|removed|delete|take me off|opt ?out|opt me out|end|cancel|miss"
    r"|lose|abmelden|abbestellen|ab|austragen|desabonne\w*|desinscri\w*|baja|disiscriv\w*"
    r"|uitschrijven|afmelden)\b"
    r"|\b(i|do|still|really) want"
    r" (your|the|these|all|more|to (keep|get|receive|stay|hear|remain))\b"
    r"|\b(would|d)( still)? (like|love) to (keep|get|receive|stay|hear|remain)\b"
    r"|(?<!not )(?<!t )\b(keep|continue|go on|start) (to )?"
    r"(me|send|sending|e ?mail\w*|writ\w*|gett?ing|receiving)\b"
    r"|\bchanged my mind\b|\bby (mistake|accident)\b|\b(re ?subscribe|subscribe me)\b"
    r"|\b(ignore|disregard) (my|the)\b|^no( do not| don t)?$|\b(do not|don t)$"
)


def parse_opt_out(*, subject: str, own_words: str, is_for_this: bool) -> tuple[str, ...]:
    """Return the channels to end, of ``EVERYTHING``; none where the words say something else.

    Read are the subject and the first sentence that the person wrote below a greeting. Where any
    of their sentences takes it back, nothing is ended. ``is_for_this``: the mail is empty and came
    to the address that ends emails, where it says enough.
    """
    sentences = _split_sentences(own_words)
    if is_for_this and not sentences and (not subject or PREFIX.match(subject)):
        return _understand(subject) or (EMAIL,)
    if any(map(_takes_back, [subject, *_cut_sentences(own_words)])):
        return ()
    wish = _understand(sentences[0] if sentences else "")
    # "Re: unsubscribe" above other words is the subject of a mail that they answer.
    is_own_subject = not (sentences and PREFIX.match(subject))
    return wish or (_understand(subject) if is_own_subject else ())


def is_doubtful(*, subject: str, own_words: str) -> bool:
    """Whether words about an end stand in it anywhere, so that a person should read it."""
    return any(
        NAMES_AN_END.search(_normalise(words)) for words in [subject, *own_words.split("\n")]
    )


def strip_opt_out(own_words: str) -> str:
    """What the person wrote besides the sentence that says what to end, greeting and closing."""
    sentences = _split_sentences(own_words)
    if sentences and _understand(sentences[0]):
        return "\n".join(sentences[1:])
    return "\n".join(line for line in own_words.split("\n") if line.strip())


def _split_sentences(words: str) -> list[str]:
    """The sentences between a greeting and a closing."""
    found: list[str] = []
    for sentence in _cut_sentences(words):
        if found and CLOSING.match(_normalise(sentence, keeps_courtesies=True)):
            break
        rest = sentence if found else _leave_out_greeting(sentence)
        if _normalise(rest):
            found.append(rest)
    return found


def _cut_sentences(words: str) -> list[str]:
    """At the ends of lines and sentences."""
    return [
        sentence
        for line in words[:MAX_WORDS].split("\n")
        for sentence in SENTENCE_END.split(line.strip())
        if sentence
    ]


def _leave_out_greeting(sentence: str) -> str:
    """What stands behind "Hello Ms. Adams," in the sentence; all of it without a greeting."""
    plain = _normalise(sentence, keeps_courtesies=True)
    greeting = GREETING.match(plain)
    if greeting is None:
        return sentence
    head, comma, rest = sentence.partition(",")
    if comma and len(head.split()) <= MAX_GREETING:
        return rest
    words = plain[greeting.end() :].split()
    for count in range(MAX_GREETING):
        if _understand(" ".join(words[count:])):
            return " ".join(words[count:])
    return sentence if len(words) > MAX_GREETING else ""


def _takes_back(words: str) -> bool:
    plain = _normalise(words)
    return bool(TAKEN_BACK.search(plain)) and not _understand(words)


def _understand(words: str) -> tuple[str, ...]:
    plain = _normalise(words)
    found = _match(plain)
    if found or not plain:
        return found
    request = REQUEST.match(plain)
    asked = plain[request.end() :].strip() if request else ""
    return () if BARE.fullmatch(asked) else _match(asked)


def _match(plain: str) -> tuple[str, ...]:
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


def _normalise(words: str, *, keeps_courtesies: bool = False) -> str:
    """Small letters without accents, marks and courtesies; ids and “Re:” left out."""
    text = PREFIX.sub("", words[:300].strip())
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", " ", text.lower())
    plain = unicodedata.normalize("NFC", fold_text(text))
    plain = "".join(one if one.isalnum() else " " for one in plain)
    plain = " ".join(plain.split())
    return plain if keeps_courtesies else " ".join(COURTESIES.sub(" ", plain).split())
