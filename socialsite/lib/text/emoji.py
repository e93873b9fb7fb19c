"""Emoji as people react with them: one picture, in one spelling (Unicode Technical Standard 51)."""

import unicodedata

from socialsite.lib.errors import Invalid

MAX_LENGTH = 32
_JOINER, _PICTURE, _TEXT, _KEYCAP = "\u200d", "\ufe0f", "\ufe0e", "\u20e3"
_SKINS = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_TAGS, _END_OF_TAGS = range(0xE0020, 0xE007F), "\U000e007f"
_BLACK_FLAG = "\U0001f3f4"
_KEYS = frozenset("0123456789#*")
_PLANE = range(0x1F000, 0x1FB00)
_TEXT_AT_FIRST = frozenset(
    "\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f202\U0001f237\U0001f321\U0001f3f3\U0001f441\U0001f573\U0001f575\U0001f590\U0001f5a5"
    "\U0001f5e8\U0001f5ef\U0001f5f3\U0001f6e0\U0001f6e1\U0001f6e9"
)
"""Of the pictures beyond the first plane those that are letters or signs without the picture selector and often part of longer ones"""
_SIGNS = frozenset("©®‼⁉™ℹ↔↕↖↗↘↙↩↪Ⓜ▪▫▶◀◻◼◽◾〰〽㊗㊙⤴⤵⬅⬆⬇⬛⬜⭐⭕")
_COLOURED = frozenset(
    "⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕"
)
"""Those of the first plane that are pictures without the selector (Emoji_Presentation)"""
_MISC = range(0x2300, 0x2800)
"""Miscellaneous technical to dingbats: the signs among them"""


def clean_emoji(raw: str, attr: str | None = None) -> str:
    """Return an emoji in its one spelling: with the picture selector where it would be a plain sign, without it elsewhere.

    Raises Invalid for anything but one emoji.
    """
    text = unicodedata.normalize("NFC", raw.strip()).replace(_TEXT, "")
    if text and len(text) <= MAX_LENGTH:
        found = _joined(text) or _flag(text) or _keycap(text)
        if found and len(found) <= MAX_LENGTH:
            return found
    raise Invalid("invalid", "Send one emoji.", attr)


def _joined(text: str) -> str:
    """Return pictures that are joined to one, each with its skin; nothing for anything else."""
    parts = [_picture(part) for part in text.split(_JOINER)]
    return _JOINER.join(parts) if all(parts) else ""


def _picture(part: str) -> str:
    base, rest = part[:1], part[1:].replace(_PICTURE, "", 1)
    if not _is_picture(base):
        return ""
    if len(rest) == 1 and ord(rest) in _SKINS:
        return base + rest
    if rest:
        return _tagged(base, rest)
    is_sign = base in _TEXT_AT_FIRST or (ord(base) < _PLANE.start and base not in _COLOURED)
    return base + _PICTURE if is_sign else base


def _tagged(base: str, rest: str) -> str:
    """Return the flag of a part of a country, as of Scotland."""
    tags, end = rest[:-1], rest[-1]
    fits = base == _BLACK_FLAG and end == _END_OF_TAGS and 0 < len(tags) <= 6
    return base + rest if fits and all(ord(tag) in _TAGS for tag in tags) else ""


def _is_picture(char: str) -> bool:
    if not char:
        return False
    code = ord(char)
    if code in _PLANE:
        return code not in _FLAG_LETTERS and unicodedata.category(char) in {"So", "Sk", "Cn"}
    return char in _SIGNS or (code in _MISC and unicodedata.category(char) in {"So", "Sm", "Po"})


def _flag(text: str) -> str:
    is_flag = len(text) == 2 and all(ord(char) in _FLAG_LETTERS for char in text)
    return text if is_flag else ""


def _keycap(text: str) -> str:
    plain = text.replace(_PICTURE, "")
    is_key = len(plain) == 2 and plain[0] in _KEYS and plain[1] == _KEYCAP
    return f"{plain[0]}{_PICTURE}{_KEYCAP}" if is_key else ""
