import { calc, type Template } from '../draft.js';

const practice: Template = (d) => {
  const { name, they } = d.person();
  const skill = d.pick(['the cello', 'chess openings', 'juggling', 'the trumpet']);
  const [minutes, days, weekend] = [d.multiple(15, 30, 75), d.int(3, 5), d.int(2, 4)];
  const week = calc(`${minutes}*${days}`);
  const end = calc(`${weekend}*60`);
  const total = calc(`${week.value}+${end.value}`);
  return {
    question: `${name} practises ${skill} for ${minutes} minutes on ${days} weekdays, and for ${weekend} hours in all over the weekend. How many minutes a week does ${they} practise?`,
    lines: [
      `On weekdays it is ${week} minutes.`,
      `The weekend adds ${end} minutes.`,
      `That makes ${total} minutes a week.`,
    ],
    answer: total.value,
  };
};

const trip: Template = (d) => {
  const vehicle = d.pick(['A coach', 'A freight train', 'A ferry', 'A delivery van']);
  const [v1, h1, v2, h2] = [d.multiple(5, 20, 60), d.int(2, 4), d.multiple(5, 15, 45), d.int(2, 5)];
  const first = calc(`${v1}*${h1}`);
  const second = calc(`${v2}*${h2}`);
  const covered = calc(`${first.value}+${second.value}`);
  const total = covered.value + d.multiple(5, 20, 90);
  const left = calc(`${total}-${covered.value}`);
  return {
    question: `${vehicle} has to cover ${total} km. It travels ${h1} hours at ${v1} km per hour and then, in heavy rain, ${h2} hours at ${v2} km per hour. How many kilometres remain after that?`,
    lines: [
      `The first part is ${first} km.`,
      `The part in the rain is ${second} km.`,
      `Together that is ${covered} km.`,
      `So ${left} km remain.`,
    ],
    answer: left.value,
  };
};

const machine: Template = (d) => {
  const [device, thing] = d.pick([
    ['A printer', 'pages'],
    ['A bottling line', 'bottles'],
    ['A stamping press', 'lids'],
    ['A labelling robot', 'jars'],
  ] as const);
  const [rate, hours, pause, bad] = [d.int(4, 14), d.int(2, 4), d.multiple(10, 10, 40), d.int(5, 25)];
  const minutes = calc(`${hours}*60`);
  const running = calc(`${minutes.value}-${pause}`);
  const made = calc(`${running.value}*${rate}`);
  const good = calc(`${made.value}-${bad}`);
  return {
    question: `${device} turns out ${rate} ${thing} a minute. In a shift of ${hours} hours it stood still for ${pause} minutes, and ${bad} ${thing} had to be thrown away. How many usable ${thing} came out of the shift?`,
    lines: [
      `The shift lasts ${minutes} minutes.`,
      `The machine ran for ${running} minutes.`,
      `It made ${made} ${thing}.`,
      `Of those ${good} could be used.`,
    ],
    answer: good.value,
  };
};

const reading: Template = (d) => {
  const { name, they } = d.person();
  const [a, b, days, rest] = [d.int(12, 28), d.int(20, 40), d.int(4, 7), d.int(3, 6)];
  const first = calc(`${a}*${days}`);
  const later = rest * b;
  const pages = first.value + later;
  const left = calc(`${pages}-${first.value}`);
  const need = calc(`${left.value}/${b}`);
  const total = calc(`${days}+${need.value}`);
  return {
    question: `${name} borrows a novel of ${pages} pages. For the first ${days} days ${they} reads ${a} pages a day, and from then on ${b} pages a day. In how many days altogether is the novel finished?`,
    lines: [
      `In the first days ${name} reads ${first} pages.`,
      `That leaves ${left} pages.`,
      `They take ${need} more days.`,
      `Altogether it is ${total} days.`,
    ],
    answer: total.value,
  };
};

const film: Template = (d) => {
  const [length, ads, shows] = [d.int(81, 128), d.multiple(5, 10, 25), d.int(3, 5)];
  const gap = d.multiple(5, 10, 20);
  const one = calc(`${length}+${ads}`);
  const all = calc(`${one.value}*${shows}`);
  const gaps = calc(`${shows}-1`);
  const cleaning = calc(`${gaps.value}*${gap}`);
  const total = calc(`${all.value}+${cleaning.value}`);
  return {
    question: `A cinema shows a film of ${length} minutes ${shows} times in a row, each time after ${ads} minutes of advertisements. Between two shows the hall is cleaned for ${gap} minutes. How many minutes pass from the first advertisement to the end of the last show?`,
    lines: [
      `One show takes ${one} minutes.`,
      `The shows take ${all} minutes.`,
      `There are ${gaps} breaks.`,
      `Cleaning takes ${cleaning} minutes.`,
      `In all ${total} minutes pass.`,
    ],
    answer: total.value,
  };
};

const ages: Template = (d) => {
  const [a, b, c] = d.people(3);
  const [young, times, gap, years] = [d.int(4, 12), d.int(2, 4), d.int(2, 9), d.int(3, 12)];
  const older = calc(`${young}*${times}`);
  const third = calc(`${older.value}-${gap}`);
  const later = calc(`${third.value}+${years}`);
  return {
    question: `${a?.name} is ${young} years old. ${b?.name} is ${times} times as old, and ${c?.name} is ${gap} years younger than ${b?.name}. How old will ${c?.name} be in ${years} years?`,
    lines: [
      `${b?.name} is ${older} years old.`,
      `${c?.name} is ${third} years old now.`,
      `In ${years} years ${c?.name} will be ${later}.`,
    ],
    answer: later.value,
  };
};

/** Durations, speeds, rates, ages. */
export const time: readonly Template[] = [practice, trip, machine, reading, film, ages];
