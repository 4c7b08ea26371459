"""The words of time: names of days, months, parts of the day, units and zones, with the ways people misspell them."""

from functools import lru_cache


def bag(words: str) -> tuple[str, ...]:
    """A line of words as a tuple."""
    return tuple(words.split())


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
RULE_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

_DAY_WORDS = (
    "monday mon montag lunes lundi",
    "tuesday tue tues dienstag martes mardi",
    "wednesday wed weds wedn wensday wednsday mittwoch miércoles miercoles mercredi",
    "thursday thu thur thurs thrs donnerstag jueves jeudi",
    "friday fri freitag viernes vendredi",
    "saturday sat samstag sonnabend sábado sabado samedi",
    "sunday sun sonntag domingo dimanche",
)
_MONTH_WORDS = (
    "january jan januar enero janvier",
    "february feb febr februar febrero",
    "march mar mrz märz marzo",
    "april apr abril avril",
    "may mai",
    "june jun juni junio juin",
    "july jul juli julio juillet",
    "august aug agosto août",
    "september sep sept septiembre septembre",
    "october oct okt oktober octubre octobre",
    "november nov noviembre novembre",
    "december dec dez dezember diciembre décembre",
)
WEEKDAY = {word: day for day, words in enumerate(_DAY_WORDS) for word in words.split()}
WEEKDAYS = {name + "s": day for day, name in enumerate(DAYS)} | {
    "montags": 0,
    "dienstags": 1,
    "mittwochs": 2,
    "donnerstags": 3,
    "freitags": 4,
    "samstags": 5,
    "sonntags": 6,
}
MONTH = {word: month for month, words in enumerate(_MONTH_WORDS, 1) for word in words.split()}
# A month without a day that is also a person's name or a plain word needs a preposition before it.
SHY_MONTHS = frozenset(bag("may march mar jan april apr june jun july jul august aug mai sep"))
SHY_DAYS = frozenset({"sun", "sat"})

SAME = {
    **dict.fromkeys(
        bag(
            "tmrw tmr tmw tmrrw tomoz tommorow tommorrow tomorow tomoro tommorw tomorro tmrow tomrw 2moro "
            "2morro 2morrow 2mrw 2moz tmrws tmrs tomorrows 2moros tomoros morgen mañana demain"
        ),
        "tomorrow",
    ),
    **dict.fromkeys(bag("2day tday heute hoy todays"), "today"),
    **dict.fromkeys(bag("tonite tonihgt 2nite 2night tonights 2nites 2nights tonites"), "tonight"),
    **dict.fromkeys(bag("yday yest yesteday gestern ayer"), "yesterday"),
    **dict.fromkeys(bag("arvo afternoons nachmittag"), "afternoon"),
    **dict.fromkeys(bag("mornings mornin morn mornign vormittag"), "morning"),
    **dict.fromkeys(bag("evenings evenin evning evning abend"), "evening"),
    **dict.fromkeys(bag("nights nite"), "night"),
    **dict.fromkeys(bag("oclock o'clock uhr"), "o'clock"),
    **dict.fromkeys(bag("midday mittag mediodía mediodia midi"), "noon"),
    **dict.fromkeys(bag("mitternacht medianoche minuit"), "midnight"),
    **dict.fromkeys(bag("lunchtime lunch-time"), "lunch"),
    **dict.fromkeys(bag("dinnertime supper"), "dinner"),
    **dict.fromkeys(bag("wkend weekends wknd"), "weekend"),
    **dict.fromkeys(bag("untill til till 'til bis"), "until"),
    **dict.fromkeys(bag("thru through"), "thru"),
    **dict.fromkeys(("um", "gegen", "@"), "at"),
    **dict.fromkeys(bag("nxt nächste nächsten nächster próximo"), "next"),
    **dict.fromkeys(bag("ths"), "this"),
    **dict.fromkeys(bag("btw btwn"), "between"),
    **dict.fromkeys(bag("each jeden jede"), "every"),
    **dict.fromkeys("–—−‐‑~", "-"),
    **dict.fromkeys(bag("x-mas weihnachten noël"), "xmas"),
    "übermorgen": "overmorrow",
    "halb": "halb",
    "fortnights": "fortnight",
    "wk": "week",
}
UNIT = {
    **dict.fromkeys(("second", "seconds", "sec", "secs"), "second"),
    **dict.fromkeys(("minute", "minutes", "min", "mins", "'", "’", "′", "minuten"), "minute"),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h", "stunden"), "hour"),
    **dict.fromkeys(("day", "days", "tage", "tagen"), "day"),
    **dict.fromkeys(("week", "weeks", "wk", "wks", "wochen"), "week"),
    "fortnight": "fortnight",
    "month": "month",
    "months": "month",
    "mths": "month",
    **dict.fromkeys(("quarter", "quarters", "qtr"), "quarter"),
    **dict.fromkeys(("year", "years", "yr", "yrs"), "year"),
}
# What is counted or measured in a gym: a number before one of these is no hour.
COUNTED = frozenset(
    bag(
        "kg kgs kilo kilos lb lbs pound pounds g km k m meter meters metre metres mi mile miles cal cals kcal rep reps "
        "set sets round rounds x spot spots seat seats place places people persons person members member athletes "
        "folks guys kids' times time burpees wods credits visits visit classes sessions percent pct pax "
        "rpe bpm watts usd eur dollars "
        "euros bucks minute minutes min mins second seconds sec secs hour hours hr hrs day days week weeks wk wks month "
        "months year years yr yrs more of other extra new out ppl attendees bookings rd st nd th am! double single"
    )
)
NOT_PLURAL = frozenset(
    {
        "kids",
        "is",
        "was",
        "as",
        "plus",
        "this",
        "its",
        "pls",
        "class",
        "crossfits",
        "yes",
        "thanks",
        "thx",
        "hours",
        "always",
        "does",
        "works",
        "please",
        "across",
        "sundays",
        *WEEKDAYS,
    }
)

ZONES = {
    "gmt": 0,
    "utc": 0,
    "bst": 60,
    "wet": 0,
    "west": 60,
    "cet": 60,
    "cest": 120,
    "mez": 60,
    "mesz": 120,
    "eet": 120,
    "eest": 180,
    "msk": 180,
    "ist": 330,
    "jst": 540,
    "aest": 600,
    "aedt": 660,
    "nzst": 720,
    "nzdt": 780,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
}
NAMED_ZONES = {"eastern": -300, "central": -360, "mountain": -420, "pacific": -480}

_NAMES = (*DAYS, *(m for m in MONTH_NAMES if len(m) >= 6), "tomorrow", "yesterday", "tonight", "afternoon", "evening")
_SPELT = frozenset(
    {*WEEKDAY, *WEEKDAYS, *MONTH, "sundae", "augustus", "augusta", "sundry", "mondale", "knight", "sundays"}
)


def _thinner(word: str) -> set[str]:
    """The word and every form of it with one letter left out."""
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}


_BY_THINNER: dict[str, list[str]] = {}
for _name in _NAMES:
    for _form in _thinner(_name):
        _BY_THINNER.setdefault(_form, []).append(_name)


def _one_edit(a: str, b: str) -> bool:
    """Whether one letter added, dropped, changed, or two neighbours swapped, turns one word into the other."""
    if abs(len(a) - len(b)) > 1:
        return False
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    rest_a, rest_b = a[head:], b[head:]
    swapped = len(rest_a) > 1 and len(rest_b) > 1 and rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:]
    return rest_a[1:] == rest_b[1:] or rest_a[1:] == rest_b or rest_a == rest_b[1:] or swapped


def _respelled(word: str) -> str:
    for form in _thinner(word):
        for name in _BY_THINNER.get(form, ()):
            if name[0] == word[0] and _one_edit(word, name):
                return name
    return word


@lru_cache(maxsize=4096)
def canonical(word: str) -> str:
    """The word as the grammar knows it: lower case, synonyms and misspelt names brought home."""
    word = word.casefold().replace("’", "'").replace("´", "'").replace("`", "'")
    if word in SAME:
        return SAME[word]
    if len(word) > 2 and word.endswith("'s"):
        word = word[:-2]
    elif len(word) > 2 and word.endswith("s'"):
        word = word[:-1]
    if word in SAME:
        return SAME[word]
    if 5 <= len(word) <= 11 and word not in _SPELT:
        return _respelled(word)
    return word
