/** The Cloud Controller's resources as it writes them. */

const NO_METADATA = { labels: {}, annotations: {} };
const to = (guid) => ({ data: { guid } });

export function root({ api, login }) {
  return {
    links: {
      self: { href: api },
      cloud_controller_v3: { href: `${api}/v3`, meta: { version: '3.195.0' } },
      login: { href: login },
      uaa: { href: login },
    },
  };
}

export function space({ guid, name, created_at, updated_at }) {
  return { guid, name, created_at, updated_at, relationships: {}, metadata: NO_METADATA, links: {} };
}

export function app({ guid, name, state, spaceGuid, dropletGuid, created_at, updated_at }) {
  const relationships = {
    space: to(spaceGuid),
    current_droplet: dropletGuid ? to(dropletGuid) : { data: null },
  };
  const lifecycle = { type: 'buildpack', data: { buildpacks: [], stack: 'cflinuxfs4' } };
  return {
    guid,
    name,
    state,
    created_at,
    updated_at,
    lifecycle,
    relationships,
    metadata: NO_METADATA,
    links: {},
  };
}

export function process({ guid, process: { guid: processGuid, ...process } }) {
  return {
    guid: processGuid,
    ...process,
    relationships: { app: to(guid) },
    metadata: NO_METADATA,
    links: {},
  };
}

export function role(userGuid, spaceGuid, type) {
  const relationships = { user: to(userGuid), space: to(spaceGuid), organization: { data: null } };
  return { guid: `${userGuid}-${spaceGuid}`, type, relationships, links: {} };
}

export function task({ appGuid, failureReason, ...fields }) {
  const relationships = { app: to(appGuid) };
  return { ...fields, result: { failure_reason: failureReason }, relationships, links: {} };
}

/** Lists across applications do not show commands. */
export function taskInList(fields) {
  return { ...task(fields), command: undefined };
}
