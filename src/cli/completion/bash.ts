import { type DeclaredCommand, listCommands, type Values } from "../declared.ts";

/**
 * Completion for bash 3.2 and newer. What comes from the archive is never expanded: a name may hold `$(…)`, and `compgen -W` would run
 * it.
 */
export function toBashScript(program: DeclaredCommand): string {
  const commands = [program, ...listCommands(program)];
  const at = ({ name }: DeclaredCommand): string => quote(name);
  const paths = listCommands(program).map(at).join(" | ");
  const names = commands
    .filter((command) => command.commands.length > 0)
    .map((command) => `    ${at(command)}) echo ${command.commands.map(lastWord).join(" ")} ;;`);
  const options = commands.map(
    (command) =>
      `    ${at(command)}) echo ${command.options.flatMap(({ long, short = [] }) => [long, short].flat()).join(" ")} ;;`,
  );
  const values = commands.flatMap((command) =>
    command.options.flatMap(({ long, values }) =>
      values === undefined ? [] : [`    ${quote(`${command.name} ${long}`)}) echo ${toWords(values)} ;;`],
    ),
  );
  const operands = commands.flatMap((command) =>
    command.arguments.slice(0, 1).map(({ values }) => `    ${at(command)}) echo ${toWords(values)} ;;`),
  );
  return `# Completion of wenxun for bash. Made by: wenxun completion bash

_wenxun_commands() {
  case "$1" in
${names.join("\n")}
  esac
}

_wenxun_options() {
  case "$1" in
${options.join("\n")}
  esac
}

_wenxun_value() {
  case "$1" in
${values.join("\n")}
  esac
}

_wenxun_operand() {
  case "$1" in
${operands.join("\n")}
  esac
}

_wenxun_is_command() {
  case "$1" in
    ${paths}) return 0 ;;
  esac
  return 1
}

# Puts a backslash before what the shell would obey.
_wenxun_quote() {
  local text=$1 quoted= at character
  for ((at = 0; at < \${#text}; at++)); do
    character=\${text:at:1}
    case $character in
      [[:space:]\\"\\'\\$\\\`\\\\\\&\\;\\|\\<\\>\\(\\)\\*\\?\\[\\]\\{\\}\\!\\#\\~]) quoted+="\\\\$character" ;;
      *) quoted+=$character ;;
    esac
  done
  printf '%s' "$quoted"
}

_wenxun_names() {
  local name begun=\${2//\\\\/}
  begun=\${begun#[\\"\\']}
  while IFS= read -r name; do
    [[ $name == "$begun"* ]] && COMPREPLY+=("$(_wenxun_quote "$name")")
  done < <(wenxun completion --names "$1" \${3:+--archive "$3"} 2>/dev/null)
}

_wenxun() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= archive= word next kind at
  COMPREPLY=()
  # --mode=hy comes as three words, since = parts words.
  if [[ $current == = ]]; then current=
  elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    next=\${COMP_WORDS[at+1]}
    [[ $next == = ]] && next=\${COMP_WORDS[at+2]}
    [[ $word == --archive ]] && archive=$next
    if [[ -n $(_wenxun_value "$command $word") ]]; then ((at++)); continue; fi
    _wenxun_is_command "\${command:+$command }$word" && command="\${command:+$command }$word"
  done
  kind=$(_wenxun_value "$command $previous")
  if [[ -z $kind ]]; then
    if [[ $current == -* ]]; then
      COMPREPLY=($(compgen -W "$(_wenxun_options "$command")" -- "$current"))
      return
    fi
    COMPREPLY=($(compgen -W "$(_wenxun_commands "$command")" -- "$current"))
    kind=$(_wenxun_operand "$command")
  fi
  local IFS=$'\\n'
  case $kind in
    words\\ *) IFS=$' \\n'; COMPREPLY+=($(compgen -W "\${kind#words }" -- "$current")) ;;
    file) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "$current")) ;;
    folder) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -d -- "$current")) ;;
    names\\ *) _wenxun_names "\${kind#names }" "$current" "$archive" ;;
  esac
}

complete -F _wenxun wenxun
`;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const lastWord = ({ name }: DeclaredCommand): string => name.split(" ").at(-1) ?? name;

export function toWords(values: Values): string {
  switch (values.kind) {
    case "words":
      return `words ${values.words.join(" ")}`;
    case "names":
      return `names ${values.of}`;
    default:
      return values.kind;
  }
}
