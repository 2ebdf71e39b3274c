import { calc, type Template } from '../draft.js';

const wages: Template = (d) => {
  const { name, they } = d.person();
  const job = d.pick(['a warehouse', 'a call centre', 'a nursery', 'a repair shop']);
  const [rate, normal, over, plus] = [d.int(12, 22), d.multiple(5, 25, 40), d.int(3, 9), d.int(3, 8)];
  const base = calc(`${rate}*${normal}`);
  const high = calc(`${rate}+${plus}`);
  const extra = calc(`${high.value}*${over}`);
  const total = calc(`${base.value}+${extra.value}`);
  return {
    question: `${name} works in ${job} for $${rate} an hour. Hours beyond ${normal} a week are paid $${plus} more each. How many dollars does ${they} earn in a week of ${normal + over} hours?`,
    lines: [
      `The normal hours bring ${base} dollars.`,
      `An overtime hour pays ${high} dollars.`,
      `Overtime brings ${extra} dollars.`,
      `The week brings ${total} dollars.`,
    ],
    answer: total.value,
  };
};

const toys: Template = (d) => {
  const thing = d.pick(['kites', 'puppets', 'wooden trains', 'puzzles']);
  const [people, perDay, days, order] = [d.int(3, 7), d.int(4, 11), d.int(4, 6), d.int(15, 70)];
  const day = calc(`${people}*${perDay}`);
  const week = calc(`${day.value}*${days}`);
  const total = week.value + order;
  const left = calc(`${total}-${week.value}`);
  return {
    question: `A workshop has an order for ${total} ${thing}. Its ${people} craftspeople each finish ${perDay} ${thing} a day. How many ${thing} are still missing after ${days} days?`,
    lines: [
      `In a day they finish ${day} ${thing}.`,
      `In ${days} days they finish ${week}.`,
      `${left} are still missing.`,
    ],
    answer: left.value,
  };
};

const fuel: Template = (d) => {
  const { name, they } = d.person();
  const [per100, km, price] = [d.int(5, 9), d.multiple(100, 300, 1200), d.int(2, 3)];
  const toll = d.int(8, 35);
  const hundreds = calc(`${km}/100`);
  const litres = calc(`${hundreds.value}*${per100}`);
  const money = calc(`${litres.value}*${price}`);
  const total = calc(`${money.value}+${toll}`);
  return {
    question: `${name}'s van burns ${per100} litres of fuel per 100 km. Fuel costs $${price} a litre. What does a drive of ${km} km cost if ${they} also pays $${toll} in tolls? Give the answer in dollars.`,
    lines: [
      `The drive is ${hundreds} times 100 km.`,
      `It burns ${litres} litres.`,
      `They cost ${money} dollars.`,
      `With the tolls it costs ${total} dollars.`,
    ],
    answer: total.value,
  };
};

const cloth: Template = (d) => {
  const { name } = d.person();
  const [metres, piece, used] = [d.int(4, 12), d.pick([20, 25, 40, 50]), d.int(3, 9)];
  const cm = calc(`${metres}*100`);
  const pieces = calc(`${cm.value}/${piece}`);
  const left = calc(`${pieces.value}-${used}`);
  return {
    question: `${name} cuts a ribbon of ${metres} metres into pieces of ${piece} centimetres and ties up ${used} parcels with one piece each. How many pieces are left?`,
    lines: [`The ribbon is ${cm} centimetres long.`, `It gives ${pieces} pieces.`, `${left} are left.`],
    answer: left.value,
  };
};

const charity: Template = (d) => {
  const [a, b, c] = d.people(3);
  const [first, times, less] = [d.int(15, 60), d.int(2, 3), d.int(5, 14)];
  const second = calc(`${first}*${times}`);
  const third = calc(`${second.value}-${less}`);
  const all = calc(`${first}+${second.value}+${third.value}`);
  const goal = all.value + d.int(10, 80);
  const left = calc(`${goal}-${all.value}`);
  return {
    question: `${a?.name}, ${b?.name} and ${c?.name} collect money for an animal shelter that needs $${goal}. ${a?.name} brings $${first}, ${b?.name} ${times} times as much, and ${c?.name} $${less} less than ${b?.name}. How many dollars are still missing?`,
    lines: [
      `${b?.name} brings ${second} dollars.`,
      `${c?.name} brings ${third} dollars.`,
      `Together they have ${all} dollars.`,
      `${left} dollars are still missing.`,
    ],
    answer: left.value,
  };
};

const parcels: Template = (d) => {
  const [mon, plus, share, weight] = [d.int(40, 90), d.int(8, 35), d.pick([2, 3, 4, 5]), d.int(2, 6)];
  const tue = calc(`${mon}+${plus}`);
  const rest = (share - ((mon + tue.value) % share)) % share;
  const all = calc(`${mon}+${tue.value}+${rest + share}`);
  const each = calc(`${all.value}/${share}`);
  const load = calc(`${each.value}*${weight}`);
  return {
    question: `A depot receives ${mon} parcels on Monday, ${plus} more than that on Tuesday, and ${rest + share} on Wednesday. They are shared equally between ${share} couriers. If a parcel weighs ${weight} kg on average, how many kilograms does each courier carry?`,
    lines: [
      `On Tuesday ${tue} parcels arrive.`,
      `In all there are ${all} parcels.`,
      `Each courier gets ${each}.`,
      `They weigh ${load} kg.`,
    ],
    answer: load.value,
  };
};

/** Wages, orders, fuel, parcels. */
export const work: readonly Template[] = [wages, toys, fuel, cloth, charity, parcels];
