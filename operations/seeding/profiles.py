"""Believable profiles: names of a place, a place, a trade of an industry, and a line about it."""

import re
import unicodedata
from dataclasses import dataclass
from random import Random

from faker import Faker

from accounts.industries import INDUSTRIES

PLACES = {
    "en_US": ("United States", "America/New_York", "en-US"),
    "en_GB": ("United Kingdom", "Europe/London", "en-GB"),
    "en_IN": ("India", "Asia/Kolkata", "en-IN"),
    "de_DE": ("Germany", "Europe/Berlin", "de"),
    "fr_FR": ("France", "Europe/Paris", "fr"),
    "es_ES": ("Spain", "Europe/Madrid", "es"),
    "it_IT": ("Italy", "Europe/Rome", "it"),
    "nl_NL": ("Netherlands", "Europe/Amsterdam", "nl"),
    "pl_PL": ("Poland", "Europe/Warsaw", "pl"),
    "pt_BR": ("Brazil", "America/Sao_Paulo", "pt-BR"),
    "sv_SE": ("Sweden", "Europe/Stockholm", "sv"),
    "tr_TR": ("Türkiye", "Europe/Istanbul", "tr"),
}
"""Locales of Faker whose names have a Latin spelling: country, time zone, language."""

TRADES = {
    "accommodation_and_food": ("Chef", "Hotel manager", "Baker", "Barista"),
    "administration": ("Office manager", "Recruiter", "Executive assistant"),
    "agriculture": ("Farmer", "Forester", "Agronomist", "Wine grower"),
    "arts_and_entertainment": ("Illustrator", "Stage designer", "Musician", "Curator"),
    "construction": ("Architect", "Carpenter", "Site manager", "Civil engineer"),
    "education": ("Teacher", "Lecturer", "School librarian", "Tutor"),
    "energy": ("Wind engineer", "Grid operator", "Energy consultant"),
    "extraterritorial_organisations": ("Interpreter", "Programme officer", "Policy adviser"),
    "finance": ("Accountant", "Actuary", "Credit analyst", "Auditor"),
    "health_and_social_work": ("Nurse", "General practitioner", "Social worker", "Midwife"),
    "households": ("Gardener", "Housekeeper", "Carer"),
    "information_and_communication": ("Journalist", "Editor", "Podcast producer", "Translator"),
    "manufacturing": ("Machinist", "Product designer", "Quality engineer", "Toolmaker"),
    "mining": ("Geologist", "Mine surveyor", "Drilling engineer"),
    "other_services": ("Hairdresser", "Bicycle mechanic", "Tailor"),
    "professional_and_scientific": ("Biologist", "Statistician", "Lawyer", "Veterinarian"),
    "public_administration": ("City planner", "Civil servant", "Firefighter"),
    "real_estate": ("Estate agent", "Property manager", "Valuer"),
    "technology": ("Software developer", "Data engineer", "System administrator", "Tester"),
    "trade": ("Bookseller", "Buyer", "Shop owner", "Wholesaler"),
    "transport": ("Train driver", "Logistics planner", "Pilot", "Courier"),
    "water_and_waste": ("Water engineer", "Recycling manager", "Hydrologist"),
}
RANKS = ("", "", "", "Senior ", "Junior ", "Freelance ")
PASTIMES = (
    "old maps", "long walks", "sourdough", "chess", "choir on Tuesdays", "bad puns", "trail running", "film photography",
    "two cats", "beekeeping", "night trains", "crosswords", "sea swimming", "vinyl", "board games", "birds", "pottery",
    "cycling everywhere", "science fiction", "mending things", "street food", "climbing", "quiet mornings", "my allotment",
)  # fmt: skip
SPELLED_OUT = str.maketrans("łıøđ", "liod", "") | {ord("ß"): "ss"}
LONGEST_USERNAME = 30


@dataclass(frozen=True)
class Profile:
    """What one invented person shows."""

    username: str
    first_name: str
    last_name: str
    headline: str
    bio: str
    location: str
    industry: str
    time_zone: str
    language: str

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}"[:50].strip()


class ProfileMaker:
    """Invents people one after the other; the same seed gives the same people in the same order."""

    def __init__(self, random: Random, taken: set[str]) -> None:
        self.random, self.taken = random, taken
        self.fakers = {locale: Faker(locale) for locale in PLACES}
        for faker in self.fakers.values():
            faker.seed_instance(random.getrandbits(64))

    def make(self) -> Profile:
        locale = self.random.choice(list(PLACES))
        faker, (country, time_zone, language) = self.fakers[locale], PLACES[locale]
        first_name, last_name = faker.first_name()[:50], faker.last_name()[:50]
        industry = self.random.choice(INDUSTRIES)
        trade, city = self.random.choice(TRADES[industry]), faker.city()
        return Profile(
            username=self._username(first_name, last_name),
            first_name=first_name,
            last_name=last_name,
            headline=self._headline(trade, faker.company())[:120],
            bio=self._bio(trade, city),
            location=f"{city}, {country}"[:100],
            industry=industry,
            time_zone=time_zone,
            language=language,
        )

    def _headline(self, trade: str, company: str) -> str:
        ranked = (self.random.choice(RANKS) + trade).capitalize()
        return f"{ranked} at {company}" if self.random.random() < 0.6 else ranked

    def _bio(self, trade: str, city: str) -> str:
        if self.random.random() < 0.15:
            return ""
        pastimes = ", ".join(self.random.sample(PASTIMES, self.random.randint(1, 3)))
        return f"{trade} in {city}. {pastimes[0].upper()}{pastimes[1:]}."

    def _username(self, first_name: str, last_name: str) -> str:
        """Return a name of the site's alphabet that nobody has, with a number when it must be."""
        first, last = ascii_of(first_name), ascii_of(last_name)
        forms = (f"{first}_{last}", f"{first}{last}", f"{first[:1]}{last}", f"{first}_{last[:1]}")
        plain = self.random.choice(forms).strip("_")[: LONGEST_USERNAME - 4]
        username = plain if len(plain) >= 3 else f"{plain}_{self.random.randint(10, 99)}"
        while username in self.taken:
            username = f"{plain}{self.random.randint(2, 9999)}"
        self.taken.add(username)
        return username


def ascii_of(name: str) -> str:
    """Return a name in the letters a to z: accents are dropped, what has none to drop is spelled out."""
    spelled = name.lower().translate(SPELLED_OUT)
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", spelled))
