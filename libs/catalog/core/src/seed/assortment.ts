import type { ProductDetails } from '../domain/product';

type Row = readonly [sku: string, name: string, amount: number, description: string];

/** What the shop sells on its first day, by category. Inventory receives the same SKUs. */
const ROWS: Readonly<Record<string, readonly Row[]>> = {
  tea: [
    [
      'TEA-SENCHA-100',
      'Sencha Kagoshima, 100 g',
      1450,
      'Steamed green tea from the first picking: grassy, bright, a little sweet.',
    ],
    [
      'TEA-GENMAICHA-100',
      'Genmaicha, 100 g',
      990,
      'Green tea with roasted rice, the comfort of a warm kitchen.',
    ],
    ['TEA-ASSAM-125', 'Assam Second Flush, 125 g', 1120, 'Malty black tea that stands up to milk.'],
    [
      'TEA-DARJEELING-100',
      'Darjeeling First Flush, 100 g',
      1890,
      'Light and flowery black tea from a single garden.',
    ],
    [
      'TEA-EARLGREY-125',
      'Earl Grey Blue Flower, 125 g',
      1050,
      'Black tea with oil of bergamot and cornflowers.',
    ],
    ['TEA-ROOIBOS-100', 'Rooibos Cape Red, 100 g', 760, 'Free of caffeine, full of honey and wood.'],
    ['TEA-MINT-50', 'Moroccan Mint, 50 g', 640, 'Spearmint leaves, cut large, for the pot and the glass.'],
    ['TEA-MATCHA-30', 'Matcha Uji, 30 g', 2490, 'Stone-ground shade-grown tea for the bowl.'],
  ],
  coffee: [
    [
      'COF-ETHIOPIA-250',
      'Ethiopia Yirgacheffe, 250 g',
      1290,
      'Washed heirloom coffee: jasmine, lemon, black tea.',
    ],
    [
      'COF-COLOMBIA-250',
      'Colombia Huila, 250 g',
      1190,
      'Red apple, caramel and cocoa from smallholders at 1,800 metres.',
    ],
    ['COF-BRAZIL-1000', 'Brazil Cerrado, 1 kg', 2890, 'Nutty and mild, for espresso by the kilo.'],
    ['COF-ESPRESSO-500', 'House Espresso, 500 g', 1690, 'Dark chocolate and hazelnut, with a long finish.'],
    ['COF-DECAF-250', 'Decaf Peru, 250 g', 1240, 'Freed of caffeine with mountain water, not of its taste.'],
    [
      'COF-KENYA-250',
      'Kenya Nyeri AA, 250 g',
      1490,
      'Blackcurrant and grapefruit, vivid as a summer morning.',
    ],
    ['COF-FILTER-500', 'Morning Filter, 500 g', 1590, 'A light roast for the big pot.'],
  ],
  brewing: [
    ['BRW-KETTLE-GOOSE', 'Gooseneck Kettle, 0.9 l', 5900, 'A thin, steady stream for pouring by hand.'],
    ['BRW-DRIPPER-02', 'Ceramic Dripper, size 02', 2450, 'Spiral ribs and one large hole: a clean cup.'],
    ['BRW-FILTERS-100', 'Paper Filters, 100 pieces', 620, 'Unbleached, for drippers of size 02.'],
    ['BRW-PRESS-08', 'French Press, 0.8 l', 3490, 'Glass and steel, for four cups.'],
    ['BRW-GRINDER-HAND', 'Hand Grinder', 7900, 'Steel burrs with forty settings, small enough to travel.'],
    ['BRW-SCALE-TIMER', 'Scale with Timer', 4290, 'Reads to a tenth of a gram, and counts the seconds.'],
    ['BRW-TEAPOT-CAST', 'Cast Iron Teapot, 0.6 l', 6400, 'Enamelled inside, keeps warm for an hour.'],
    ['BRW-WHISK-MATCHA', 'Bamboo Whisk', 1950, 'A hundred tines, carved from one piece.'],
  ],
  kitchen: [
    ['KIT-KNIFE-CHEF20', "Chef's Knife, 20 cm", 11900, 'Forged carbon steel with a handle of walnut.'],
    ['KIT-KNIFE-PARING', 'Paring Knife, 9 cm', 3900, 'For everything that fits in the hand.'],
    ['KIT-BOARD-OAK', 'Oak Chopping Board', 5400, 'End grain that spares the blade, 40 by 30 cm.'],
    ['KIT-PAN-IRON28', 'Iron Pan, 28 cm', 4900, 'Gets better every year, and outlives its owner.'],
    ['KIT-POT-24', 'Casserole, 24 cm', 7900, 'Steel with a thick base and a lid that closes.'],
    ['KIT-BOWLS-3', 'Mixing Bowls, set of 3', 2790, 'Stackable, with a ring against slipping.'],
    ['KIT-TOWELS-3', 'Linen Tea Towels, set of 3', 2190, 'Dry without fluff from the first wash.'],
    ['KIT-MILL-PEPPER', 'Pepper Mill', 2950, 'Beech, with a ceramic grinder, 18 cm.'],
  ],
  chocolate: [
    ['CHO-DARK-70', 'Dark Chocolate 70 %, 80 g', 490, 'Beans from Ecuador, sugar, nothing else.'],
    ['CHO-DARK-85', 'Dark Chocolate 85 %, 80 g', 520, 'For those who like it bitter.'],
    ['CHO-MILK-45', 'Milk Chocolate 45 %, 80 g', 470, 'More cocoa than usual, and alpine milk.'],
    ['CHO-HAZELNUT', 'Hazelnut Gianduja, 100 g', 690, 'Piedmont hazelnuts, ground for two days.'],
    ['CHO-SALT', 'Dark Chocolate with Sea Salt, 80 g', 510, 'Flakes that crackle.'],
    ['CHO-DRINK-250', 'Drinking Chocolate, 250 g', 1150, 'Shavings, not powder: thick and dark.'],
    ['CHO-BOX-16', 'Box of Sixteen Pralines', 2400, 'Four fillings, four of each.'],
  ],
  stationery: [
    ['STA-NOTE-A5', 'Notebook A5, dotted', 1690, '160 pages that ink does not bleed through, lying flat.'],
    ['STA-NOTE-POCKET', 'Pocket Notebooks, set of 3', 1190, '48 pages each, for the back pocket.'],
    ['STA-PEN-FOUNTAIN', 'Fountain Pen, medium nib', 3900, 'A barrel of brushed aluminium that ages well.'],
    ['STA-INK-BLUE', 'Ink, royal blue, 50 ml', 890, 'Washable, in a bottle that drains to the last drop.'],
    ['STA-PENCILS-12', 'Cedar Pencils, 12 pieces', 1490, 'From 4H to 6B, in a tin.'],
    ['STA-ERASER', 'Soft Eraser', 190, 'Leaves the paper as it was.'],
    ['STA-RULER-BRASS', 'Brass Ruler, 15 cm', 1290, 'Heavy enough to stay where it is laid.'],
  ],
  garden: [
    ['GAR-SHEARS', 'Pruning Shears', 4590, 'Forged, with blades that can be replaced.'],
    ['GAR-TROWEL', 'Hand Trowel', 1990, 'Stainless steel on an ash handle.'],
    ['GAR-CAN-5', 'Watering Can, 5 l', 3890, 'Galvanised, with a rose of brass.'],
    ['GAR-SEED-BASIL', 'Basil Seeds, Genovese', 290, 'Enough for a window sill and a neighbour.'],
    ['GAR-SEED-TOMATO', 'Tomato Seeds, Ox Heart', 340, 'An old sort, ribbed and sweet.'],
    ['GAR-TWINE-100', 'Jute Twine, 100 m', 590, 'Holds a summer, rots in a winter.'],
    ['GAR-GLOVES-M', 'Garden Gloves, size M', 1890, 'Goatskin palms and breathing backs.'],
  ],
  home: [
    ['HOM-CANDLE-BEES', 'Beeswax Candles, pair', 1490, 'Poured by hand, burn for twelve hours.'],
    ['HOM-BLANKET-WOOL', 'Wool Blanket, 130 by 180 cm', 9900, 'Spun and woven from one flock.'],
    ['HOM-SOAP-OLIVE', 'Olive Soap, 200 g', 690, 'Matured for six months.'],
    ['HOM-MUG-STONE', 'Stoneware Mug, 0.3 l', 2200, 'Thrown on the wheel: no two alike.'],
    ['HOM-BASKET-WILLOW', 'Willow Basket', 4400, 'For wood, for bread, for the cat.'],
    ['HOM-LAMP-DESK', 'Desk Lamp', 8900, 'Three joints, one switch, warm light.'],
    ['HOM-CLOCK-WALL', 'Wall Clock, silent', 5200, 'Sweeps without a tick, 30 cm.'],
    ['HOM-TOWEL-WAFFLE', 'Waffle Towel, 70 by 140 cm', 2690, 'Dries fast, both you and itself.'],
  ],
};

export const ASSORTMENT: readonly (ProductDetails & { readonly sku: string })[] = Object.entries(
  ROWS,
).flatMap(([category, rows]) =>
  rows.map(([sku, name, amount, description]) => ({
    sku,
    name,
    description,
    category,
    price: { amount, currency: 'EUR' },
  })),
);
