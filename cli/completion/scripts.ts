import { shellWord } from '../output/shell-word.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * A script that completes `vyos-failover` in a shell. It asks the program itself, so that it knows every command, and the sites and
 * routers of the topology. Where the program has no answer, the shell completes file names.
 *
 * @param program absolute path of `vyos-failover`, which need not be in PATH (as with npx)
 */
export function completionScript(shell: Shell, program: string): string {
  return SCRIPTS[shell](shellWord(program));
}

const SCRIPTS: Readonly<Record<Shell, (program: string) => string>> = {
  bash: (program) => `_vyos_failover() {
  local IFS=$'\\n'
  COMPREPLY=($(${program} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _vyos_failover vyos-failover
`,
  zsh: (program) => `#compdef vyos-failover
_vyos_failover() {
  local -a found
  found=("\${(@f)$(${program} complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found[1]" ]]; then compadd -a found; else _files; fi
}
compdef _vyos_failover vyos-failover
`,
  fish: (program) => `function __vyos_failover_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l found (${program} complete -- $before[2..] "$current" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c vyos-failover -f -a '(__vyos_failover_complete)'
`,
};
