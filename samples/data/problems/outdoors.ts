import { calc, type Template } from '../draft.js';

const fence: Template = (d) => {
  const { name } = d.person();
  const [long, wide, gate, price] = [d.int(12, 40), d.int(6, 11), d.int(2, 4), d.int(4, 12)];
  const half = calc(`${long}+${wide}`);
  const round = calc(`${half.value}*2`);
  const need = calc(`${round.value}-${gate}`);
  const cost = calc(`${need.value}*${price}`);
  return {
    question: `${name} wants to fence a rectangular garden ${long} metres long and ${wide} metres wide, leaving a gap of ${gate} metres for a gate. Fencing costs $${price} a metre. How many dollars does the fence cost?`,
    lines: [
      `One long and one short side measure ${half} metres.`,
      `All the way round it is ${round} metres.`,
      `Without the gate ${need} metres are needed.`,
      `They cost ${cost} dollars.`,
    ],
    answer: cost.value,
  };
};

const trees: Template = (d) => {
  const tree = d.pick(['apple', 'walnut', 'cherry', 'olive']);
  const [rows, per, dead, yieldEach] = [d.int(5, 12), d.int(6, 14), d.int(3, 12), d.int(15, 40)];
  const all = calc(`${rows}*${per}`);
  const alive = calc(`${all.value}-${dead}`);
  const kilos = calc(`${alive.value}*${yieldEach}`);
  return {
    question: `An orchard has ${rows} rows of ${per} ${tree} trees. A storm fells ${dead} of them. Every tree left standing gives ${yieldEach} kg of fruit. How many kilograms does the harvest weigh?`,
    lines: [`There were ${all} trees.`, `${alive} are left standing.`, `They give ${kilos} kg.`],
    answer: kilos.value,
  };
};

const hens: Template = (d) => {
  const { name, they } = d.person();
  const [hens, perWeek, own, price] = [d.int(8, 24), d.int(4, 6), d.int(6, 14), d.int(1, 3)];
  const rest = (hens * perWeek - own) % 6;
  const kept = own + rest;
  const eggs = calc(`${hens}*${perWeek}`);
  const sale = calc(`${eggs.value}-${kept}`);
  const boxes = calc(`${sale.value}/6`);
  const money = calc(`${boxes.value}*${price + 1}`);
  return {
    question: `${name} keeps ${hens} hens, each of which lays ${perWeek} eggs a week. ${they[0]?.toUpperCase()}${they.slice(1)} eats ${kept} eggs and sells the others in boxes of half a dozen at $${price + 1} a box. What does ${name} earn in a week, in dollars?`,
    lines: [
      `The hens lay ${eggs} eggs.`,
      `${sale} are for sale.`,
      `They fill ${boxes} boxes.`,
      `That earns ${money} dollars.`,
    ],
    answer: money.value,
  };
};

const hike: Template = (d) => {
  const [a, b] = d.people(2);
  const [day1, more, days] = [d.int(9, 16), d.int(2, 6), d.int(2, 4)];
  const second = calc(`${day1}+${more}`);
  const rest = calc(`${second.value}*${days}`);
  const total = calc(`${day1}+${rest.value}`);
  return {
    question: `${a?.name} and ${b?.name} hike ${day1} km on the first day. On each of the following ${days} days they walk ${more} km more than on the first. How many kilometres do they hike in all?`,
    lines: [
      `On a following day they walk ${second} km.`,
      `On those ${days} days it is ${rest} km.`,
      `In all they hike ${total} km.`,
    ],
    answer: total.value,
  };
};

const tank: Template = (d) => {
  const what = d.pick(['rain barrel', 'fish pond', 'swimming pool', 'cattle trough']);
  const [full, fill, drain, hours] = [d.multiple(50, 400, 900), d.int(30, 60), d.int(5, 20), d.int(3, 6)];
  const net = calc(`${fill}-${drain}`);
  const inside = calc(`${net.value}*${hours}`);
  const left = calc(`${full}-${inside.value}`);
  return {
    question: `A pipe pours ${fill} litres an hour into an empty ${what} that holds ${full} litres, while a leak loses ${drain} litres an hour. How many litres are missing until it is full after ${hours} hours?`,
    lines: [
      `Every hour ${net} litres stay in.`,
      `After ${hours} hours that is ${inside} litres.`,
      `${left} litres are missing.`,
    ],
    answer: left.value,
  };
};

const flowers: Template = (d) => {
  const { name } = d.person();
  const [flower, other] = d.pick([
    ['tulips', 'daffodils'],
    ['roses', 'lilies'],
    ['asters', 'dahlias'],
  ] as const);
  const [n, times, fewer, vases] = [d.int(6, 14), d.int(2, 4), d.int(1, 5), d.int(3, 6)];
  const many = n * times - fewer;
  const sum = n + many;
  const extra = (vases - (sum % vases)) % vases;
  const b = calc(`${n}*${times}-${fewer}`);
  const all = calc(`${n}+${b.value}+${extra + vases}`);
  const each = calc(`${all.value}/${vases}`);
  return {
    question: `${name} picks ${n} ${flower}, ${fewer} fewer than ${times} times as many ${other}, and ${extra + vases} poppies. The flowers are shared out evenly among ${vases} vases. How many flowers stand in each vase?`,
    lines: [`There are ${b} ${other}.`, `Altogether there are ${all} flowers.`, `Each vase holds ${each}.`],
    answer: each.value,
  };
};

/** Gardens, orchards, animals, hikes. */
export const outdoors: readonly Template[] = [fence, trees, hens, hike, tank, flowers];
