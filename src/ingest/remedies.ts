/** How whoever brings the records mends them, in the words of the edge that they come in by. */
export interface Remedies {
  /** Names another encoding of the text. */
  encoding(name: string): string;
  /** Names the fields that hold title and body. */
  readonly fields: string;
}

export const COMMAND_LINE_REMEDIES: Remedies = {
  encoding: (name) => `--encoding ${name} reads it as such`,
  fields: "--map title=NAME,body=NAME names them",
};

export const LIBRARY_REMEDIES: Remedies = {
  encoding: (name) => `the option \`encoding\` ("${name}") reads it as such`,
  fields: "the option `mapping.fields` names them",
};

export const REQUEST_REMEDIES: Remedies = {
  encoding: (name) => `"charset=${name}" in the Content-Type header reads it as such`,
  fields: 'send them as "title" and "body"',
};
