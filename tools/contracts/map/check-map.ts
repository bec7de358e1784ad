import type { MessageMap } from '@banyan/contracts';
import { Allowed, GENERATE, Problem, refused, worthKnowing, wrong } from '../problems/problem';
import type { DeclaredContext } from '../workspace/workspace';
import { requestCycles, tell } from './cycles';

/** What is wrong with who tells and asks whom, as the code has it. */
export function checkMap(contexts: readonly DeclaredContext[], map: MessageMap): Problem[] {
  return [
    ...contexts.flatMap((context) => [
      ...checkSubscriptions(context, contexts),
      ...checkAnswers(context),
      ...checkAsks(context, contexts),
      ...checkPublished(context),
    ]),
    ...requestCycles(map).map((cycle) =>
      wrong(
        `Requests go round in a circle: ${tell(cycle)}. One slow context would stop them all; let one of them keep what it needs from events instead of asking.`,
      ),
    ),
  ];
}

function checkSubscriptions(
  { contract, registered }: DeclaredContext,
  contexts: readonly DeclaredContext[],
): Problem[] {
  const { name } = contract;
  const taken = new Set<string>();
  return registered.subscriptions.flatMap(({ identity, contract: read }) => {
    const problems: Problem[] = [];
    if (taken.has(identity))
      problems.push(
        refused(`${name} has two subscriptions known as ${identity}. Give each a name of its own.`),
      );
    taken.add(identity);
    if (read.kind === 'timer') {
      if (read.context !== name)
        problems.push(
          wrong(
            `${name}/${identity} waits for ${read.type}, but timers are private to ${read.context}. Let ${read.context} publish an event.`,
          ),
        );
    } else if (!contexts.some(({ contract }) => contract.events.includes(read)))
      problems.push(
        wrong(
          `${name}/${identity} reads ${read.type}, which ${read.context} does not publish. Add it to \`events\` in libs/${read.context}/contract.`,
        ),
      );
    return problems;
  });
}

function checkAnswers({ contract, registered }: DeclaredContext): Problem[] {
  const { name, requests } = contract;
  const answered = registered.answers;
  const missing = requests.filter((request) => !answered.includes(request));
  const foreign = answered.filter((request) => !requests.includes(request));
  const twice = answered.filter((request, at) => answered.indexOf(request) < at);
  return [
    ...missing.map(({ type }) =>
      wrong(
        `${type} is declared, but nobody answers it. Add a method with @Answers to a controller of ${name}'s module.`,
      ),
    ),
    ...foreign.map(({ type, context }) =>
      wrong(
        context === name
          ? `${name} answers ${type}, which its contract does not declare. Add it to \`requests\` in libs/${name}/contract.`
          : `${name} answers ${type}, which is ${context}'s to answer.`,
      ),
    ),
    ...twice.map(({ type }) => wrong(`${name} answers ${type} twice. Keep one of the methods.`)),
  ];
}

function checkAsks({ contract, uses }: DeclaredContext, contexts: readonly DeclaredContext[]): Problem[] {
  const declared = new Set(contexts.flatMap(({ contract }) => contract.requests.map(({ type }) => type)));
  return [
    ...Object.entries(uses.asks)
      .filter(([type]) => !declared.has(type))
      .map(([type, places]) =>
        wrong(`${contract.name} asks ${type} (${places.join(', ')}), which no context declares.`),
      ),
    ...uses.unclear.map((place) =>
      refused(
        `Cannot tell what is asked at ${place}. Give \`ask\` the request itself, as imported from a contract, so that the message map can name it.`,
      ),
    ),
  ];
}

function checkPublished({ contract, uses }: DeclaredContext): Problem[] {
  const superseded = new Set(contract.events.map(({ previous }) => previous?.contract));
  return contract.events
    .filter((event) => !superseded.has(event) && !uses.makes.includes(event.type))
    .map(({ type }) =>
      worthKnowing(
        `${type} is declared, but nothing in ${contract.name}'s core makes one. Publish it, or take it out of the contract.`,
      ),
    );
}

/** Subscriptions that are gone although their names are for ever. `before` is the map as last agreed. */
export function checkNames(before: MessageMap, after: MessageMap, allowed: Allowed): Problem[] {
  return Object.entries(before.contexts).flatMap(([context, was]) => {
    const old = { ...was.timers, ...was.subscribes };
    const now = { ...after.contexts[context]?.timers, ...after.contexts[context]?.subscribes };
    return Object.entries(old)
      .filter(([identity]) => !(identity in now))
      .filter(
        ([identity]) =>
          !allowed.removals.some((name) => name === identity || name === `${context}/${identity}`),
      )
      .map(([identity, types]) => {
        const renamed = Object.keys(now).find(
          (name) =>
            !(name in old) &&
            now[name]?.some((type) => types.some((each) => subject(each) === subject(type))),
        );
        const ended = `If it really ended: ${GENERATE} --allow-removal ${context}/${identity}`;
        if (!renamed)
          return refused(
            `The subscription ${context}/${identity} (${types.join(', ')}) is gone. Messages that wait for it would die after an hour. ${ended}`,
          );
        return refused(
          `The subscription ${context}/${identity} is gone, and ${context}/${renamed} is new and reads ${types.at(-1)} as well. ` +
            `A subscription's name is what deduplication knows: under the new name messages would act a second time, and those that wait under the old one would die. ` +
            `If it was renamed, keep its identity: @Policy(…, '${renamed}', { formerly: '${identity}' }). ${ended}`,
        );
      });
  });
}

const subject = (type: string): string => type.slice(0, type.lastIndexOf('.v'));
