/** Shells with a completion script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/*
 * Each script passes the words of the line unchanged to `ax-autolog __complete`, which prints one completion per line. If
 * it prints none, the shell completes file names. No word is evaluated, and no completion framework is needed.
 */

const BASH = `# bash completion for ax-autolog: eval "$(ax-autolog completion bash)"
_ax_autolog() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <("$1" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -o nosort -F _ax_autolog ax-autolog 2>/dev/null || complete -o default -F _ax_autolog ax-autolog
`;

const ZSH = `#compdef ax-autolog
# zsh completion for ax-autolog: eval "$(ax-autolog completion zsh)", after compinit
_ax_autolog() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete --describe : -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found[1]" ]]; then
    _describe -V ax-autolog found
  else
    _files
  fi
}
compdef _ax_autolog ax-autolog
`;

const FISH = `# fish completion for ax-autolog: ax-autolog completion fish | source
function __ax_autolog_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($words[1] __complete --describe \\t -- $words[2..] 2>/dev/null)
  if test -n "$found"
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c ax-autolog -f -k -a '(__ax_autolog_complete)'
`;

/** Completion script of each shell. */
export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
