import { createContext } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Colours of the page, as canvas drawings need them. */
export interface Colors {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly panel: string;
  readonly full: string;
  readonly fullSoft: string;
  readonly mini: string;
  readonly holdout: string;
  readonly good: string;
  readonly bad: string;
  readonly low: string;
  readonly high: string;
  readonly none: string;
  readonly font: string;
  readonly series: readonly string[];
}

type Choice = 'auto' | 'light' | 'dark';

/** The theme in force and how to change it. */
export interface Theme {
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
  readonly colors: Colors;
}

const KEY = 'ax-autolog-theme';

/** Follows the system until somebody chooses; printed pages are light. */
export function useTheme(): Theme {
  const [choice, choose] = useState<Choice>(remembered);
  const [colors, setColors] = useState<Colors>(() => apply(choice));
  useEffect(() => {
    const update = (): void => setColors(apply(choice));
    update();
    remember(choice);
    const queries = [DARK, PRINT].map((query) => matchMedia(query));
    for (const query of queries) query.addEventListener('change', update);
    return () => {
      for (const query of queries) query.removeEventListener('change', update);
    };
  }, [choice]);
  return { choice, choose, colors };
}

const DARK = '(prefers-color-scheme: dark)';
const PRINT = 'print';

function apply(choice: Choice): Colors {
  const isDark = choice === 'dark' || (choice === 'auto' && matchMedia(DARK).matches);
  document.documentElement.dataset['theme'] = isDark && !matchMedia(PRINT).matches ? 'dark' : 'light';
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: color('ink'),
    muted: color('muted'),
    line: color('line'),
    panel: color('panel'),
    full: color('full'),
    fullSoft: color('full-soft'),
    mini: color('mini'),
    holdout: color('holdout'),
    good: color('good'),
    bad: color('bad'),
    low: color('low'),
    high: color('high'),
    none: color('none'),
    font: getComputedStyle(document.body).fontFamily,
    series: [1, 2, 3, 4, 5, 6].map((index) => color(`series-${index}`)),
  };
}

/** Storage may be refused, as for some pages opened from a file: the choice then lasts as long as the page. */
function remembered(): Choice {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
}

function remember(choice: Choice): void {
  try {
    if (choice === 'auto') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // See above.
  }
}

/** Colours of the theme in force. */
export const ThemeContext = createContext<Colors>({} as Colors);

const NEXT: Record<Choice, Choice> = { auto: 'light', light: 'dark', dark: 'auto' };
const SIGN: Record<Choice, string> = { auto: '◐', light: '○', dark: '●' };

/** Goes through automatic, light and dark. */
export function ThemeToggle({ theme: { choice, choose } }: { readonly theme: Theme }) {
  const name = choice === 'auto' ? 'as the system' : choice;
  return (
    <button type="button" class="quiet theme" onClick={() => choose(NEXT[choice])} aria-label={`Theme: ${name}`}>
      <span aria-hidden="true">{SIGN[choice]}</span> <span class="theme-name">{name}</span>
    </button>
  );
}
