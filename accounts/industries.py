"""The controlled list of industries a person can belong to (the sections of ISIC Rev. 4, United Nations, in plain words)."""

INDUSTRIES = (
    "accommodation_and_food", "administration", "agriculture", "arts_and_entertainment", "construction", "education",
    "energy", "extraterritorial_organisations", "finance", "health_and_social_work", "households",
    "information_and_communication", "manufacturing", "mining", "other_services", "professional_and_scientific",
    "public_administration", "real_estate", "technology", "trade", "transport", "water_and_waste",
)  # fmt: skip
