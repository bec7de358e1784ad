/** JSON values as YAML in blocks, in the form that the formatter would give them. */
export const yamlOf = (value: object): string => `${block(value, '').join('\n')}\n`;

function block(value: unknown, indent: string): string[] {
  if (Array.isArray(value))
    return value.flatMap((each) => {
      const [first, ...rest] = isNested(each) ? block(each, `${indent}  `) : [`${indent}  ${scalar(each)}`];
      return [`${indent}- ${first!.slice(indent.length + 2)}`, ...rest];
    });
  return Object.entries(value as object)
    .filter(([, each]) => each !== undefined)
    .flatMap(([name, each]) =>
      isNested(each)
        ? [`${indent}${scalar(name)}:`, ...block(each, `${indent}  `)]
        : [`${indent}${scalar(name)}: ${scalar(each)}`],
    );
}

const isNested = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).some((each) => each !== undefined);

/** A string without quotes where nobody could take it for something else. */
function scalar(value: unknown): string {
  if (Array.isArray(value)) return '[]';
  if (typeof value === 'object' && value !== null) return '{}';
  if (typeof value !== 'string') return String(value);
  if (isPlain(value)) return value;
  return value.includes("'") && !value.includes('"')
    ? JSON.stringify(value)
    : `'${value.replaceAll("'", "''")}'`;
}

const isPlain = (text: string): boolean =>
  /^[A-Za-z_$/.][\w$/.:@(){}?=,+*&;%-]*( [\w$/.:@(){}?=,+*&;%-]+)*$/.test(text) &&
  !/: |:$/.test(text) &&
  !/^(true|false|null|yes|no|on|off|y|n|\.inf|\.nan)$/i.test(text) &&
  !/^\.\d/.test(text);
