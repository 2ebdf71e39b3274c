import { calc, type Template } from '../draft.js';

const recipe: Template = (d) => {
  const { name, they } = d.person();
  const [dish, thing] = d.pick([
    ['pancakes', 'eggs'],
    ['soup', 'carrots'],
    ['biscuits', 'spoons of sugar'],
    ['curry', 'tomatoes'],
  ] as const);
  const [serves, need, factor, have] = [d.int(3, 6), d.int(2, 5), d.int(3, 6), d.int(1, 5)];
  const guests = serves * factor;
  const times = calc(`${guests}/${serves}`);
  const all = calc(`${times.value}*${need}`);
  const buy = calc(`${all.value}-${have}`);
  return {
    question: `A recipe for ${dish} serves ${serves} people and needs ${need} ${thing}. ${name} is cooking for ${guests} people and finds ${have} ${thing} at home. How many more ${thing} does ${they} need?`,
    lines: [`The recipe has to be made ${times} times.`, `That takes ${all} ${thing}.`, `${name} still needs ${buy}.`],
    answer: buy.value,
  };
};

const bakery: Template = (d) => {
  const baked = d.pick(['rolls', 'croissants', 'bagels', 'muffins']);
  const [trays, per, eaten, box] = [d.int(4, 9), d.pick([12, 18, 24]), d.int(2, 9), d.pick([4, 6])];
  const all = calc(`${trays}*${per}`);
  const over = (all.value - eaten) % box;
  const gone = eaten + over;
  const left = calc(`${all.value}-${gone}`);
  const boxes = calc(`${left.value}/${box}`);
  return {
    question: `A bakery takes ${trays} trays of ${baked} out of the oven, ${per} on each. The staff eat ${gone} of them for breakfast and pack the others into boxes of ${box}. How many boxes do they fill?`,
    lines: [`There are ${all} ${baked}.`, `After breakfast ${left} are left.`, `They fill ${boxes} boxes.`],
    answer: boxes.value,
  };
};

const dozens: Template = (d) => {
  const { name } = d.person();
  const [dozens, broken, price] = [d.int(3, 12), d.int(2, 11), d.int(2, 4)];
  const eggs = calc(`${dozens}*12`);
  const whole = calc(`${eggs.value}-${broken}`);
  const money = calc(`${whole.value}*${price}`);
  return {
    question: `${name} carries ${dozens} dozen duck eggs to the fair and breaks ${broken} on the way. Each whole egg sells for $${price}. How many dollars does ${name} take in if all of them are sold?`,
    lines: [`${name} starts with ${eggs} eggs.`, `${whole} of them are whole.`, `They sell for ${money} dollars.`],
    answer: money.value,
  };
};

const juice: Template = (d) => {
  const drink = d.pick(['lemonade', 'apple juice', 'iced tea', 'cocoa']);
  const [litres, cup, spilled] = [d.int(3, 9), d.pick([200, 250]), d.int(1, 3)];
  const ml = calc(`${litres}*1000`);
  const cups = calc(`${ml.value}/${cup}`);
  const served = calc(`${cups.value}-${spilled}`);
  const second = calc(`${served.value}-${d.int(2, 6)}`);
  const children = served.value - second.value;
  return {
    question: `For the summer party there are ${litres} litres of ${drink}, poured into cups of ${cup} millilitres. ${spilled === 1 ? 'One cup is' : `${spilled} cups are`} knocked over, and the ${children} helpers drink one cup each. How many cups are left for the guests?`,
    lines: [
      `There are ${ml} millilitres.`,
      `They fill ${cups} cups.`,
      `${served} cups stay upright.`,
      `For the guests there remain ${second} cups.`,
    ],
    answer: second.value,
  };
};

const pizza: Template = (d) => {
  const { name } = d.person();
  const [pizzas, slices, adults, kids, eachAdult, eachKid] = [d.int(5, 9), 8, d.int(3, 6), d.int(4, 8), 3, 2];
  const all = calc(`${pizzas}*${slices}`);
  const a = calc(`${adults}*${eachAdult}`);
  const k = calc(`${kids}*${eachKid}`);
  const eaten = calc(`${a.value}+${k.value}`);
  const left = calc(`${all.value}-${eaten.value}`);
  return {
    question: `${name} orders ${pizzas} pizzas cut into ${slices} slices each. The ${adults} adults eat ${eachAdult} slices apiece and the ${kids} children ${eachKid} slices apiece. How many slices are left over?`,
    lines: [
      `There are ${all} slices.`,
      `The adults eat ${a}.`,
      `The children eat ${k}.`,
      `Together they eat ${eaten}.`,
      `${left} slices are left over.`,
    ],
    answer: left.value,
  };
};

const coffee: Template = (d) => {
  const { name, they } = d.person();
  const [perDay, grams, bag, days] = [d.int(2, 5), d.multiple(5, 10, 20), d.pick([250, 500]), 30];
  const cups = calc(`${perDay}*${days}`);
  const need = calc(`${cups.value}*${grams}`);
  const bags = calc(`${need.value}/${bag}`);
  const price = d.int(4, 9);
  const money = calc(`${bags.value}*${price}`);
  return {
    question: `${name} drinks ${perDay} cups of coffee a day and uses ${grams} grams of beans for each. A ${bag} gram bag costs $${price}. How much does ${they} spend on beans in a month of ${days} days, in dollars?`,
    lines: [
      `That is ${cups} cups a month.`,
      `They take ${need} grams.`,
      `This makes ${bags} bags.`,
      `They cost ${money} dollars.`,
    ],
    answer: money.value,
  };
};

/** Recipes, trays, dozens, litres. */
export const kitchen: readonly Template[] = [recipe, bakery, dozens, juice, pizza, coffee];
