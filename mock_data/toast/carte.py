"""The carte of Bella's Italian Kitchen: sections of dishes built from heads and tails, and choices to go with them.

Two and a half thousand dishes cannot be typed; a real card of that size is combinatorial as well (shape by
sauce, grape by vintage, product by pack). Prices of one section lie close together, as they do on a card, so
that a price which stands out was put there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

DINE = ("DINE_IN",)
ALL_CHANNELS = ("DINE_IN", "TAKEOUT", "DELIVERY")


@dataclass(frozen=True, slots=True)
class Choice:
    """A modifier group as a template; options are (name, price in cents)."""

    name: str
    selection_type: str
    smallest: int
    largest: int
    options: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One menu group. Prices in cents, low to high; the first `with_choices` dishes offer `choices`.

    `shared` choices are one group with one guid for all dishes; otherwise each dish has its own.
    `weight` is how often guests order from it (0: not from the floor).
    """

    menu: str
    name: str
    dishes: tuple[str, ...]
    low: int
    high: int
    weight: int = 0
    channels: tuple[str, ...] = ALL_CHANNELS
    choices: tuple[Choice, ...] = ()
    with_choices: int = 0
    shared: bool = False
    sizes: tuple[tuple[str, int], ...] = ()  # (name, cents on top of the smallest)
    tags: tuple[str, ...] = ()


def cross(heads: str, tails: str, pattern: str = "{0} {1}") -> tuple[str, ...]:
    """Every head with every tail; both lists separated by '|'."""
    return tuple(pattern.format(*pair) for pair in product(heads.split("|"), tails.split("|")))


PROTEIN = Choice(
    "Add Protein",
    "OPTIONAL",
    0,
    2,
    (("Add Grilled Chicken", 400), ("Add Shrimp", 600), ("Add Italian Sausage", 450)),
)
SALAD_SIZE = Choice("Salad Size", "REQUIRED", 1, 1, (("Half Size", -300), ("Full Size", 0)))
DRESSING = Choice(
    "Dressing",
    "REQUIRED",
    1,
    1,
    (("House Vinaigrette", 0), ("Balsamic", 0), ("Lemon and Oil", 0), ("Gorgonzola", 100)),
)
SIDE = Choice("Side Choice", "REQUIRED", 1, 1, (("Spaghetti", 0), ("Fettuccine", 0), ("Caesar Salad", 200)))
TOPPINGS = Choice(
    "Extra Toppings",
    "OPTIONAL",
    0,
    5,
    (
        ("Extra Mozzarella", 200),
        ("Pepperoni", 250),
        ("Mushrooms", 175),
        ("Prosciutto", 395),
        ("Arugula", 150),
    ),
)
CRUST = Choice("Crust", "REQUIRED", 1, 1, (("Hand Tossed", 0), ("Thin and Crisp", 0), ("Gluten Free", 300)))
MILK = Choice("Milk", "OPTIONAL", 0, 1, (("Whole Milk", 0), ("Oat Milk", 75), ("Almond Milk", 75)))
SCOOP = Choice(
    "Gelato Toppings",
    "OPTIONAL",
    0,
    3,
    (("Whipped Cream", 75), ("Hot Chocolate Sauce", 100), ("Amaretti", 75)),
)

_SHAPES = (
    "Spaghetti|Linguine|Fettuccine|Penne|Rigatoni|Bucatini|Pappardelle|Tagliatelle|Orecchiette|Cavatelli|Gnocchi|"
    "Tortellini|Farfalle|Fusilli|Paccheri|Garganelli|Mafaldine|Casarecce"
)
_SAUCES = (
    "Pomodoro|Bolognese|Carbonara|Amatriciana|Arrabbiata|Cacio e Pepe|Alfredo|alla Vodka|Puttanesca|alla Norma|"
    "Pesto Genovese|Primavera|with Clams|Frutti di Mare|al Limone|with Short Rib Ragù|with Broccoli Rabe|"
    "Quattro Formaggi|with Wild Mushrooms|alla Gricia"
)
_PIZZAS = (
    "Marinara|Diavola|Capricciosa|Quattro Stagioni|Prosciutto e Rucola|Funghi|Bianca|Salsiccia|Napoli|Ortolana|"
    "Quattro Formaggi|Calabrese|Siciliana|Tartufo|Vongole|Burrata|Speck e Brie|Pepperoni|Carciofi|Melanzane|Nduja|"
    "Patate e Rosmarino|Tonno e Cipolla|Pesto e Pomodorini|Boscaiola|Vesuvio|Emiliana|Ligure|Amalfi|Toscana"
)
_PROTEINS = "Chicken|Veal|Pork Loin|Salmon|Shrimp|Branzino|Sole|Cod|Swordfish|Eggplant"
_STYLES = (
    "Marsala|Piccata|Francese|Milanese|Saltimbocca|Cacciatore|Scarpariello|alla Griglia|al Limone|Pizzaiola"
)
_ESTATES = (
    "Tenuta Corvino|Podere Lucciola|Cantina Belfiore|Fattoria del Gelso|Vigna Ardesia|Casa Montalba|Colle Ginestra|"
    "Poggio Sereno|Corte Ombrosa|Villa Tramonte|Terre di Calanco|Rocca Salvia|Borgo Lanterna|Masseria Ulivo"
)
_REDS = (
    "Chianti Classico|Barbera d'Asti|Montepulciano|Nero d'Avola|Valpolicella|Primitivo|Aglianico|Dolcetto|"
    "Sangiovese|Lagrein|Cannonau|Nebbiolo|Refosco|Teroldego|Rosso di Montalcino|Morellino"
)
_WHITES = (
    "Pinot Grigio|Vermentino|Soave|Gavi|Falanghina|Fiano|Verdicchio|Greco di Tufo|Arneis|Ribolla Gialla|"
    "Grillo|Friulano|Trebbiano|Pecorino"
)
_GOODS = (
    "Extra Virgin Olive Oil|Lemon Olive Oil|Balsamic Vinegar|Dried Rigatoni|Dried Linguine|Dried Orecchiette|"
    "Tomato Passata|San Marzano Tomatoes|Basil Pesto|Arrabbiata Sauce|Marinara Sauce|Capers in Salt|Green Olives|"
    "Artichoke Hearts|Roasted Peppers|Anchovy Fillets|Arborio Rice|Polenta|Cannellini Beans|Espresso Beans|"
    "Almond Biscotti|Amaretti|Torrone|Fig Jam|Wildflower Honey|Chili Crisp|Porcini Salt|Bread Crumbs|Semolina"
)

SECTIONS: tuple[Section, ...] = (
    Section(
        "Dinner Menu",
        "Antipasti",
        cross(
            "Crostini|Arancini|Polpette|Focaccia|Fritti|Carpaccio",
            "alla Romana|al Tartufo|Misti|Caprese|Toscani|di Casa",
        ),
        895,
        1495,
        9,
        choices=(PROTEIN,),
        with_choices=12,
        tags=("shareable",),
    ),
    Section(
        "Dinner Menu",
        "Insalate",
        cross(
            "Arugula|Baby Gem|Radicchio|Spinach|Chopped",
            "and Pear Salad|and Fennel Salad|and Beet Salad|Caprese Salad",
        ),
        995,
        1395,
        6,
        choices=(SALAD_SIZE, DRESSING),
        with_choices=20,
        tags=("vegetarian",),
    ),
    Section(
        "Dinner Menu",
        "Zuppe",
        cross("Minestrone|Ribollita|Pasta e Fagioli|Lentil Soup", "Cup|Bowl|Crock"),
        595,
        995,
        2,
    ),
    Section(
        "Dinner Menu", "Pasta", cross(_SHAPES, _SAUCES), 1695, 2595, 16, choices=(PROTEIN,), with_choices=40
    ),
    Section(
        "Dinner Menu",
        "Pizza",
        cross(_PIZZAS, "Pizza"),
        1495,
        1995,
        14,
        choices=(CRUST, TOPPINGS),
        with_choices=30,
        tags=("wood-fired",),
        sizes=(('Small 10"', 0), ('Medium 14"', 500), ('Large 18"', 1000)),
    ),
    Section(
        "Dinner Menu", "Secondi", cross(_PROTEINS, _STYLES), 2195, 3495, 12, choices=(SIDE,), with_choices=60
    ),
    Section(
        "Dinner Menu",
        "Contorni",
        cross("Roasted|Grilled|Braised", "Broccoli Rabe|Fennel|Carrots|Potatoes|Mushrooms|Zucchini"),
        695,
        995,
        4,
        tags=("vegan",),
    ),
    Section(
        "Dinner Menu",
        "Dolci",
        cross(
            "Tiramisù|Panna Cotta|Torta|Budino|Semifreddo",
            "Classico|al Caffè|al Pistacchio|al Limone|di Ricotta|al Cioccolato",
        ),
        795,
        1095,
        6,
    ),
    Section(
        "Lunch Menu",
        "Panini",
        cross(
            "Ciabatta|Focaccia|Schiacciata|Piadina",
            "with Porchetta|with Mortadella|with Grilled Vegetables|with Chicken Cutlet|with Meatballs|with Burrata|with Tuna|with Prosciutto",
        ),
        1195,
        1695,
        7,
        ("DINE_IN", "TAKEOUT"),
    ),
    Section(
        "Lunch Menu",
        "Pasta del Giorno",
        cross(_SHAPES, "Pomodoro|Bolognese|al Limone|Primavera|alla Vodka|Pesto Genovese", "Lunch {0} {1}"),
        1295,
        1795,
        6,
    ),
    Section(
        "Lunch Menu", "Piatti Unici", cross(_PROTEINS, "Bowl|Plate|Wrap", "Lunch {0} {1}"), 1395, 1995, 3
    ),
    Section(
        "Weekend Brunch",
        "Uova",
        cross(
            "Frittata|Omelette|Baked Eggs|Benedict",
            "with Spinach|with Peppers|with Pancetta|with Asparagus|with Salmon|with Mushrooms",
        ),
        1295,
        1795,
        3,
    ),
    Section(
        "Weekend Brunch",
        "Dolce Mattina",
        cross(
            "Ricotta Pancakes|Panettone French Toast|Polenta Waffle",
            "with Berries|with Honey|with Figs|with Hazelnut Cream",
        ),
        1195,
        1595,
        2,
    ),
    Section(
        "Bambini",
        "Bambini",
        cross(
            "Little|Mini",
            "Spaghetti|Penne with Butter|Ravioli|Meatballs|Chicken Fingers|Cheese Pizza|Mac and Cheese|Gnocchi",
        ),
        795,
        1095,
        2,
    ),
    Section(
        "Bar",
        "Cocktails",
        cross(
            "Classic|Smoked|Blood Orange|Limoncello|Rosemary",
            "Negroni|Spritz|Bellini|Sour|Americano|Mule|Martini|Paloma",
        ),
        1195,
        1595,
        6,
        DINE,
    ),
    Section(
        "Bar",
        "Birra",
        cross(
            "Birrificio Nord|Birra Laguna|Birrificio Etna|Golden Mole", "Lager|Pilsner|IPA|Amber|Wheat|Stout"
        ),
        695,
        995,
        5,
        DINE,
    ),
    Section(
        "Bar",
        "Bibite",
        cross("San Pellice|Fonte Alta|Limonata|Aranciata|Chinotto|Cedrata", "Small|Large|Sparkling|Zero"),
        350,
        595,
        9,
    ),
    Section(
        "Bar",
        "Caffè",
        cross("Espresso|Macchiato|Cappuccino|Latte|Mocha|Marocchino", "Single|Double|Iced|Decaf"),
        350,
        575,
        6,
        choices=(MILK,),
        with_choices=12,
        shared=True,
    ),
    Section("Wine List", "Rossi by the Glass", cross(_REDS, "Glass"), 1100, 1600, 6, DINE),
    Section("Wine List", "Bianchi by the Glass", cross(_WHITES, "Glass"), 1000, 1500, 5, DINE),
    Section("Wine List", "Rossi by the Bottle", cross(_ESTATES, _REDS), 4400, 7800, 1, DINE),
    Section("Wine List", "Bianchi by the Bottle", cross(_ESTATES, _WHITES), 3800, 6800, 1, DINE),
    Section(
        "Wine List",
        "Bollicine",
        cross(_ESTATES, "Prosecco|Franciacorta Brut|Lambrusco Secco"),
        4200,
        7200,
        1,
        DINE,
    ),
    Section(
        "Bakery",
        "Gelato",
        cross(
            "Pistachio|Hazelnut|Stracciatella|Lemon|Coffee|Fior di Latte|Strawberry|Dark Chocolate|Fig|Amarena|Mango|Ricotta",
            "Gelato|Sorbetto",
        ),
        495,
        695,
        4,
        choices=(SCOOP,),
        with_choices=8,
        shared=True,
    ),
    Section(
        "Bakery",
        "Pasticceria",
        cross(
            "Cannoli|Sfogliatelle|Bomboloni|Zeppole|Crostata|Maritozzi",
            "with Ricotta|with Custard|with Pistachio|with Chocolate|with Jam",
        ),
        395,
        595,
        2,
    ),
    Section(
        "Bakery",
        "Torte",
        cross("Tiramisù|Ricotta|Almond|Lemon|Chocolate Hazelnut|Olive Oil", 'Cake 6"|Cake 8"|Cake 10"'),
        3800,
        6400,
    ),
    Section(
        "Catering",
        "Half Trays",
        cross(
            "Baked Ziti|Lasagne|Eggplant Parmigiana|Chicken Marsala|Meatballs|Sausage and Peppers|Penne alla Vodka|Stuffed Shells|Roast Potatoes|Caesar Salad",
            "Half Tray|Gluten Free Half Tray|Vegetarian Half Tray",
        ),
        4800,
        7400,
        0,
        ("TAKEOUT", "DELIVERY"),
    ),
    Section(
        "Catering",
        "Full Trays",
        cross(
            "Baked Ziti|Lasagne|Eggplant Parmigiana|Chicken Marsala|Meatballs|Sausage and Peppers|Penne alla Vodka|Stuffed Shells|Roast Potatoes|Caesar Salad",
            "Full Tray|Gluten Free Full Tray|Vegetarian Full Tray",
        ),
        8800,
        13800,
        0,
        ("TAKEOUT", "DELIVERY"),
    ),
    # The shop takes as many products as are wanting to the size of the card; it must stand last.
    Section(
        "Mercato",
        "Dispensa",
        cross(
            _GOODS,
            "Small|Medium|Large|Gift Box|Case of 6|Twin Pack|Tin|Jar|Glass Jar|Refill|Reserve|Organic|Sicilian|Tuscan|Ligurian|Calabrian|Umbrian|Sardinian|Roman|House|Family Size|Sampler|Limited Batch|Holiday|Cellar Selection|Estate|Artisan|Wood-Smoked|Heirloom|Stone-Milled|Sun-Dried|Mountain|Coastal|Garden|Market",
            "{0}, {1}",
        ),
        895,
        2295,
        0,
        ("TAKEOUT",),
    ),
)
