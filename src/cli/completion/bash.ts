/**
 * The library's own script for bash needs the package bash-completion and evaluates what was typed. This one needs
 * nothing, and hands the words over as they stand.
 */
export const bashScript = String.raw`# bash completion for belay. Once: source <(belay completion bash). For ever: put that line into ~/.bashrc
__belay_complete() {
  local word value words=()
  # --env=production is three words to bash, and the same as two.
  for word in "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}"; do
    [[ ${'$'}word == = ]] || words+=("${'$'}word")
  done
  local current=${'$'}{COMP_WORDS[COMP_CWORD]}
  [[ ${'$'}current == = ]] && current='' && words+=('')
  COMPREPLY=()
  local before=''
  ((${'$'}{#words[@]} > 1)) && before=${'$'}{words[${'$'}{#words[@]} - 2]}
  case ${'$'}before in
    -c | --config | -o | --output)
      compopt -o filenames 2>/dev/null
      while IFS= read -r value; do COMPREPLY+=("${'$'}value"); done < <(compgen -f -- "${'$'}current")
      return 0
      ;;
  esac
  while IFS=${'$'}'\t' read -r value _; do
    [[ -z ${'$'}value || ${'$'}value == :* ]] || COMPREPLY+=("${'$'}value")
  done < <("${'$'}{COMP_WORDS[0]}" complete -- "${'$'}{words[@]}" 2>/dev/null)
}
complete -F __belay_complete belay`
