import { calc, type Template } from '../draft.js';

const bus: Template = (d) => {
  const place = d.pick(['the planetarium', 'the aquarium', 'a castle', 'the botanical garden']);
  const [classes, size, adults, price] = [d.int(3, 6), d.int(18, 29), d.int(3, 8), d.int(3, 9)];
  const pupils = calc(`${classes}*${size}`);
  const all = calc(`${pupils.value}+${adults}`);
  const cost = calc(`${all.value}*${price}`);
  return {
    question: `${classes} classes of ${size} pupils each visit ${place} with ${adults} teachers. Everybody pays $${price} at the entrance. What does the visit cost in dollars?`,
    lines: [
      `There are ${pupils} pupils.`,
      `With the teachers there are ${all} people.`,
      `The visit costs ${cost} dollars.`,
    ],
    answer: cost.value,
  };
};

const clubs: Template = (d) => {
  const [pupils, sport, rest] = [d.multiple(20, 60, 240), d.pick([25, 40, 50]), d.pick([2, 3, 4])];
  const [club, other] = d.pick([
    ['sports', 'choir'],
    ['drama', 'robotics'],
    ['chess', 'dance'],
  ] as const);
  const a = calc(`${pupils}*${sport}/100`);
  const left = calc(`${pupils}-${a.value}`);
  const b = calc(`${left.value}/${rest}`);
  const none = calc(`${left.value}-${b.value}`);
  return {
    question:
      `Of the ${pupils} pupils of a school ${sport}% join the ${club} club. One ${['', '', 'half', 'third', 'quarter'][rest]} of the others join the ${other} club. How many pupils are in neither club?`.replace(
        'One half',
        'Half',
      ),
    lines: [
      `The ${club} club has ${a} members.`,
      `That leaves ${left} pupils.`,
      `Of these ${b} join the ${other} club.`,
      `So ${none} are in neither.`,
    ],
    answer: none.value,
  };
};

const marks: Template = (d) => {
  const { name, their } = d.person();
  const [a, b, c] = [d.int(62, 90), d.int(62, 90), d.int(62, 90)];
  const target = d.int(76, 86);
  const sum = calc(`${a}+${b}+${c}`);
  const need = calc(`${target}*4`);
  const last = calc(`${need.value}-${sum.value}`);
  const { value } = last;
  return {
    question: `${name} scored ${a}, ${b} and ${c} points in ${their} first three tests. How many points must the fourth test bring so that the average of all four is exactly ${target}?`,
    lines: [
      `So far there are ${sum} points.`,
      `An average of ${target} needs ${need} points.`,
      `The fourth test must bring ${last} points.`,
    ],
    answer: value > 100 ? Number.NaN : value,
  };
};

const pencils: Template = (d) => {
  const { name } = d.person();
  const thing = d.pick(['pencils', 'crayons', 'brushes', 'rulers']);
  const [boxes, per, pupils, each] = [d.int(5, 9), d.int(12, 24), d.int(15, 26), d.int(2, 4)];
  const all = calc(`${boxes}*${per}`);
  const out = calc(`${pupils}*${each}`);
  const left = calc(`${all.value}-${out.value}`);
  return {
    question: `A teacher, ${name}, has ${boxes} boxes with ${per} ${thing} each and hands ${each} ${thing} to every one of ${pupils} pupils. How many ${thing} stay in the cupboard?`,
    lines: [`There are ${all} ${thing}.`, `The pupils get ${out}.`, `${left} stay in the cupboard.`],
    answer: left.value,
  };
};

const library: Template = (d) => {
  const [shelves, per, lent, returned, gift] = [
    d.int(6, 14),
    d.int(20, 35),
    d.int(30, 75),
    d.int(8, 29),
    d.int(10, 40),
  ];
  const all = calc(`${shelves}*${per}`);
  const out = calc(`${all.value}-${lent}`);
  const back = calc(`${out.value}+${returned}`);
  const now = calc(`${back.value}+${gift}`);
  return {
    question: `On Monday the school library holds ${shelves} full shelves of ${per} books. ${lent} books are lent on Tuesday, ${returned} come back on Wednesday, and on Thursday a family donates ${gift} more. How many books does the library hold on Friday?`,
    lines: [
      `At first there are ${all} books.`,
      `After Tuesday there are ${out}.`,
      `After Wednesday there are ${back}.`,
      `With the donation there are ${now}.`,
    ],
    answer: now.value,
  };
};

const seats: Template = (d) => {
  const [rows, per, adult, child] = [d.int(8, 15), d.int(10, 18), d.int(7, 12), d.int(3, 6)];
  const kids = d.int(30, 60);
  const all = calc(`${rows}*${per}`);
  const grown = calc(`${all.value}-${kids}`);
  const a = calc(`${grown.value}*${adult}`);
  const k = calc(`${kids}*${child}`);
  const total = calc(`${a.value}+${k.value}`);
  return {
    question: `The school theatre has ${rows} rows of ${per} seats and is sold out. ${kids} of the tickets are children's tickets at $${child}, the others cost $${adult}. How many dollars does the evening bring in?`,
    lines: [
      `There are ${all} seats.`,
      `So ${grown} tickets are full price.`,
      `They bring ${a} dollars.`,
      `The children's tickets bring ${k} dollars.`,
      `Together that is ${total} dollars.`,
    ],
    answer: total.value,
  };
};

/** Classes, clubs, marks, libraries. */
export const school: readonly Template[] = [bus, clubs, marks, pencils, library, seats];
