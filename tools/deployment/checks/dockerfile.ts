const INSTRUCTIONS =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR) /;

/** What a linter of Dockerfiles would say, of the form in use here: one line per instruction, stages by name. */
export function dockerfileProblems(text: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const stages = stagesOf(lines);
  const last = stages.at(-1);
  const names = stages.map(({ name }) => name);
  return [
    ...lines
      .filter((line) => !INSTRUCTIONS.test(line))
      .map((line) => `Dockerfile: ${line} is no instruction`),
    ...lines
      .filter((line) => line.startsWith('ADD '))
      .map((line) => `Dockerfile: ${line} fetches or unpacks unseen; use COPY`),
    ...stages.flatMap(({ from, name, lines: own }, at) => [
      ...(names.slice(0, at).includes(from) || /:[^:]*\$\{\w+\}|:\d/.test(from)
        ? []
        : [`Dockerfile: ${name} is made from ${from}, which has no version`]),
      ...own.flatMap((line) => {
        const [, source] = /^COPY --from=(\S+)/.exec(line) ?? [];
        return source && !names.slice(0, at).includes(source)
          ? [`Dockerfile: ${name} copies from ${source}, which is no stage before it`]
          : [];
      }),
      ...own
        .filter((line) => /^(CMD|ENTRYPOINT) /.test(line) && !isJson(line.slice(line.indexOf(' '))))
        .map((line) => `Dockerfile: ${line} runs under a shell, which passes no signals on; write a list`),
      ...own
        .filter((line) => /^(ARG|ENV) .*(PASSWORD|SECRET|TOKEN|_URL)/.test(line))
        .map((line) => `Dockerfile: ${line} stays in the image for all to read`),
    ]),
    ...stages
      .filter(({ lines: own }) => own.some((line) => line.startsWith('CMD ')))
      .filter(
        ({ lines: own }) => !/^USER [1-9]\d*/.test(own.findLast((line) => line.startsWith('USER ')) ?? ''),
      )
      .map(({ name }) => `Dockerfile: ${name} runs as root, or as a user whose number is not told`),
    ...(last?.lines.some((line) => line.startsWith('HEALTHCHECK '))
      ? []
      : ['Dockerfile: nothing asks how it is']),
  ];
}

function stagesOf(lines: readonly string[]): { name: string; from: string; lines: string[] }[] {
  const stages: { name: string; from: string; lines: string[] }[] = [];
  for (const line of lines) {
    const [, from, name] = /^FROM (\S+)(?: AS (\S+))?$/.exec(line) ?? [];
    if (from) stages.push({ from, name: name ?? from, lines: [] });
    else stages.at(-1)?.lines.push(line);
  }
  return stages;
}

function isJson(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
