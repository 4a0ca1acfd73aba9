import { type DeclaredCommand, listCommands } from "../declared.ts";
import { toWords } from "./bash.ts";

/** Completion for zsh 5, with what each command and option does. */
export function toZshScript(program: DeclaredCommand): string {
  const commands = [program, ...listCommands(program)];
  const at = ({ name }: DeclaredCommand): string => quote(name);
  const entry = (name: string, description: string): string =>
    quote(`${name.replaceAll(":", "\\:")}:${firstLine(description)}`);
  const subcommands = commands
    .filter((command) => command.commands.length > 0)
    .map(
      (command) =>
        `    ${at(command)}) reply=(${command.commands.map(({ name, summary }) => entry(name.split(" ").at(-1) ?? name, summary)).join(" ")}) ;;`,
    );
  const options = commands.map(
    (command) =>
      `    ${at(command)}) reply=(${command.options.map(({ long, description }) => entry(long, description)).join(" ")}) ;;`,
  );
  const values = commands.flatMap((command) =>
    command.options.flatMap(({ long, values }) =>
      values === undefined ? [] : [`    ${quote(`${command.name} ${long}`)}) reply=(${toWords(values)}) ;;`],
    ),
  );
  const operands = commands.flatMap((command) =>
    command.arguments.slice(0, 1).map(({ values }) => `    ${at(command)}) reply=(${toWords(values)}) ;;`),
  );
  const paths = listCommands(program).map(at).join(" | ");
  return `#compdef wenxun
# Completion of wenxun for zsh. Made by: wenxun completion zsh

_wenxun_commands() {
  reply=()
  case "$1" in
${subcommands.join("\n")}
  esac
}

_wenxun_options() {
  reply=()
  case "$1" in
${options.join("\n")}
  esac
}

_wenxun_value() {
  reply=()
  case "$1" in
${values.join("\n")}
  esac
}

_wenxun_operand() {
  reply=()
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

_wenxun() {
  local current=\${words[CURRENT]} previous=\${words[CURRENT-1]} where= archive= word at
  local -a reply found
  for ((at = 2; at < CURRENT; at++)); do
    word=\${words[at]}
    [[ $word == --archive ]] && archive=\${words[at+1]}
    [[ $word == --archive=* ]] && archive=\${word#*=}
    _wenxun_value "$where $word"
    if ((\${#reply})); then ((at++)); continue; fi
    _wenxun_is_command "\${where:+$where }$word" && where="\${where:+$where }$word"
  done
  if [[ $current == --*=* ]]; then
    previous=\${current%%=*}
    compset -P '*='
  fi
  _wenxun_value "$where $previous"
  if ((!\${#reply})); then
    if [[ $current == -* ]]; then
      _wenxun_options "$where"
      _describe -o option reply
      return
    fi
    _wenxun_commands "$where"
    ((\${#reply})) && _describe command reply
    _wenxun_operand "$where"
  fi
  case \${reply[1]} in
    words) found=("\${(@)reply[2,-1]}"); compadd -a found ;;
    file) _files ;;
    folder) _files -/ ;;
    names)
      found=("\${(@f)$(wenxun completion --names "\${reply[2]}" \${archive:+--archive} \${archive:+"$archive"} 2>/dev/null)}")
      compadd -a found
      ;;
  esac
}

if [[ \${funcstack[1]} == _wenxun ]]; then
  _wenxun "$@"
else
  compdef _wenxun wenxun
fi
`;
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A sentence is enough beside a name. */
const firstLine = (description: string): string => /^.*?\.(?= |$)/.exec(description)?.[0] ?? description;
