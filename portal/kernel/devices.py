"""What a browser says of itself, in words that its owner recognises."""

BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrom": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "Mac",
    "CrOS": "Chromebook", "Linux": "Linux",
}  # fmt: skip
"""By the sign they leave; the first found is the one, because each says that it is also the next."""
LONGEST = 60


def device(user_agent: str) -> str:
    """«Firefox su Windows»; what cannot be told is said as it came, cut short."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return " su ".join(filter(None, (browser, system))) or user_agent[:LONGEST]
