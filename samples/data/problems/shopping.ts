import { calc, type Template } from '../draft.js';

const change: Template = (d) => {
  const { name, they } = d.person();
  const [thing, price] = d.pick([
    ['notebooks', 3],
    ['sandwiches', 6],
    ['candles', 4],
    ['pairs of socks', 5],
  ] as const);
  const [n, extra] = [d.int(3, 9), d.int(2, 14)];
  const cost = calc(`${n}*${price}`);
  const total = calc(`${cost.value}+${extra}`);
  const paid = Math.ceil((total.value + 1) / 20) * 20;
  const back = calc(`${paid}-${total.value}`);
  return {
    question: `${name} buys ${n} ${thing} at $${price} each and a bag for $${extra}. If ${they} hands the cashier $${paid}, how many dollars does ${they} get back?`,
    lines: [
      `The ${thing} cost ${cost} dollars.`,
      `With the bag the bill is ${total} dollars.`,
      `The change is ${back} dollars.`,
    ],
    answer: back.value,
  };
};

const discount: Template = (d) => {
  const { name } = d.person();
  const item = d.pick(['a winter coat', 'a tent', 'a record player', 'a desk lamp', 'a pair of boots']);
  const [price, percent, ship] = [d.multiple(20, 40, 240), d.pick([10, 15, 20, 25, 30]), d.int(4, 12)];
  const off = calc(`${price}*${percent}/100`);
  const left = calc(`${price}-${off.value}`);
  const total = calc(`${left.value}+${ship}`);
  return {
    question: `${d.pick(['An online store', 'A department store', 'The shop round the corner'])} lists ${item} at $${price}. ${name} has a coupon for ${percent}% off, but delivery adds $${ship} after the discount. What does ${name} pay in total, in dollars?`,
    lines: [
      `The coupon takes off ${off} dollars.`,
      `The discounted price is ${left} dollars.`,
      `With delivery that makes ${total} dollars.`,
    ],
    answer: total.value,
  };
};

const saving: Template = (d) => {
  const { name, they, their } = d.person();
  const goal = d.pick(['a bicycle', 'a telescope', 'a guitar', 'a sewing machine']);
  const [week, spend, gift, weeks] = [d.int(12, 30), d.int(2, 8), d.int(10, 45), d.int(6, 15)];
  const keep = calc(`${week}-${spend}`);
  const saved = calc(`${keep.value}*${weeks}`);
  const total = calc(`${saved.value}+${gift}`);
  return {
    question: `${name} is saving for ${goal}. Each week ${they} earns $${week} by walking dogs and spends $${spend} of it on snacks. After ${weeks} weeks ${their} aunt adds a gift of $${gift}. How many dollars has ${name} put aside by then?`,
    lines: [
      `Every week ${name} keeps ${keep} dollars.`,
      `In ${weeks} weeks that comes to ${saved} dollars.`,
      `Adding the gift gives ${total} dollars.`,
    ],
    answer: total.value,
  };
};

const packs: Template = (d) => {
  const [a, b] = d.people(2);
  const thing = d.pick(['stickers', 'marbles', 'trading cards', 'beads']);
  const [packs, per, given] = [d.int(4, 9), d.int(8, 16), d.int(5, 20)];
  const all = calc(`${packs}*${per}`);
  const left = calc(`${all.value}-${given}`);
  const half = calc(`${left.value}/2`);
  return {
    question: `${a?.name} opens ${packs} packs of ${thing} with ${per} ${thing} in every pack. ${given} of them are doubles, which go to a younger cousin. The rest are split evenly with ${b?.name}. How many ${thing} does ${b?.name} receive?`,
    lines: [
      `The packs hold ${all} ${thing}.`,
      `After giving away the doubles ${left} are left.`,
      `Half of them is ${half}.`,
    ],
    answer: half.value,
  };
};

const phonePlan: Template = (d) => {
  const { name } = d.person();
  const [base, free, rate, over] = [
    d.multiple(5, 15, 40),
    d.multiple(50, 100, 400),
    d.int(2, 4),
    d.multiple(5, 15, 80),
  ];
  const used = free + over;
  const extra = calc(`${used}-${free}`);
  const fee = calc(`${extra.value}*${rate}`);
  const total = calc(`${base}+${fee.value}`);
  return {
    question: `A phone plan costs $${base} a month and includes ${free} minutes; every further minute costs $${rate}. Last month ${name} talked for ${used} minutes. How large was the bill in dollars?`,
    lines: [
      `${name} went over by ${extra} minutes.`,
      `Those minutes cost ${fee} dollars.`,
      `Together with the base price the bill was ${total} dollars.`,
    ],
    answer: total.value,
  };
};

const unitPrice: Template = (d) => {
  const fruit = d.pick(['peaches', 'lemons', 'mangoes', 'figs']);
  const [perBag, price, need] = [d.int(4, 8), d.int(3, 9), d.int(4, 9)];
  const { name } = d.person();
  const fruits = perBag * need;
  const bags = calc(`${fruits}/${perBag}`);
  const cost = calc(`${bags.value}*${price}`);
  const [sell] = [price + d.int(2, 5)];
  const income = calc(`${bags.value}*${sell}`);
  const profit = calc(`${income.value}-${cost.value}`);
  return {
    question: `${name} needs ${fruits} ${fruit} for the market. They come in bags of ${perBag} at $${price} a bag, and ${name} sells each bag on for $${sell}. What is the profit in dollars when all bags are sold?`,
    lines: [
      `${fruits} ${fruit} are ${bags} bags.`,
      `Buying them costs ${cost} dollars.`,
      `Selling them brings ${income} dollars.`,
      `The profit is ${profit} dollars.`,
    ],
    answer: profit.value,
  };
};

/** Prices, change, coupons, savings. */
export const shopping: readonly Template[] = [change, discount, saving, packs, phonePlan, unitPrice];
