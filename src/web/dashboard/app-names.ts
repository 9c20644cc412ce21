/** What apps are called where one of them is chosen, by client_id: by name, and where several of them have one name also by how the id begins. */
export function namesOfApps(
  apps: readonly { readonly client_id: string; readonly name: string }[],
): readonly (readonly [clientId: string, name: string])[] {
  const alike = Map.groupBy(apps, ({ name }) => name);
  return apps.map(({ client_id: clientId, name }) => [
    clientId,
    alike.get(name)?.length === 1 ? name : `${name} (${clientId.slice(0, 8)}…)`,
  ]);
}
