import { type DeclaredCommand, listCommands, type Values } from "../declared.ts";

/** Completion for fish 3, with what each command and option does. */
export function toFishScript(program: DeclaredCommand): string {
  const lines: string[] = [];
  for (const command of [program, ...listCommands(program)]) {
    const condition = `-n ${quote(`__wenxun_at ${quote(command.name)}`)}`;
    for (const { name, summary } of command.commands)
      lines.push(`complete -c wenxun ${condition} -f -a ${name.split(" ").at(-1)} -d ${quote(summary)}`);
    for (const { long, short, description, values } of command.options) {
      const names = [long, ...(short === undefined ? [] : [short])].map(toFlag).join(" ");
      lines.push(
        `complete -c wenxun ${condition} ${names}${toArgument(values)} -d ${quote(firstSentence(description))}`,
      );
    }
    const [first] = command.arguments;
    if (first !== undefined && first.values.kind !== "any")
      lines.push(`complete -c wenxun ${condition}${toArgument(first.values).replace(" -x", " -f").replace(" -r", "")}`);
  }
  const paths = listCommands(program).map(({ name }) => quote(name));
  const valued = new Set(
    [program, ...listCommands(program)].flatMap(({ options }) =>
      options.flatMap(({ long, values }) => (values === undefined ? [] : [long])),
    ),
  );
  return `# Completion of wenxun for fish. Made by: wenxun completion fish

# The command that has been typed so far.
function __wenxun_where
    set -l where
    set -l skips
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if set -q skips[1]
            set -e skips
            continue
        end
        switch $word
            case ${[...valued].join(" ")}
                set skips 1
                continue
        end
        set -l next (string trim -- "$where $word")
        switch $next
            case ${paths.join(" ")}
                set where $next
        end
    end
    echo $where
end

function __wenxun_at
    set -l where (__wenxun_where)
    test "$where" = "$argv[1]"
end

function __wenxun_names
    set -l words (commandline -opc)
    set -l archive
    for at in (seq (count $words))
        switch $words[$at]
            case --archive
                set archive --archive $words[(math $at + 1)]
            case '--archive=*'
                set archive $words[$at]
        end
    end
    wenxun completion --names $argv[1] $archive 2>/dev/null
end

complete -c wenxun -f
${lines.join("\n")}
`;
}

function toArgument(values: Values | undefined): string {
  switch (values?.kind) {
    case undefined:
      return "";
    case "words":
      return ` -x -a ${quote(values.words.join(" "))}`;
    case "file":
      return " -r -F";
    case "folder":
      return " -x -a '(__fish_complete_directories)'";
    case "names":
      return ` -x -a '(__wenxun_names ${values.of})'`;
    case "any":
      return " -x";
  }
}

const toFlag = (name: string): string => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`);

const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

const firstSentence = (description: string): string => /^.*?\.(?= |$)/.exec(description)?.[0] ?? description;
