import { InvalidInput } from '../../src/core/errors.js';
import { inLetterCase, zoneName } from '../../src/core/zone/zone-name.js';

const refusal = (text: string): InvalidInput => {
  try {
    zoneName(text);
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
  throw new Error(`${text} is not refused.`);
};

describe('the name of a time zone', () => {
  it('gets the letter case of the IANA database, for each zone that there is', () => {
    const names = Intl.supportedValuesOf('timeZone').filter((name) => name.includes('/'));
    expect(names.length).toBeGreaterThan(400);
    for (const name of names) {
      expect([name, name.toLowerCase(), name.toUpperCase()].map(zoneName)).toEqual([name, name, name]);
    }
  });

  it('has its letter case by the words alone too, as an alias needs', () => {
    const names = Intl.supportedValuesOf('timeZone').filter((name) => name.includes('/'));
    expect(names.filter((name) => inLetterCase(name.toUpperCase()) !== name)).toEqual([]);
  });

  // Aliases, which ICU turns into other names (the file "backward" of the IANA database), among them all that are written oddly.
  it.each([
    ...[
      'Europe/Kyiv',
      'Europe/Kiev',
      'Asia/Calcutta',
      'Asia/Kolkata',
      'US/Pacific',
      'US/East-Indiana',
      'America/Knox_IN',
    ],
    ...[
      'Australia/ACT',
      'Australia/NSW',
      'Australia/LHI',
      'Brazil/DeNoronha',
      'Chile/EasterIsland',
      'Mexico/BajaNorte',
    ],
    ...['Mexico/BajaSur', 'Antarctica/South_Pole', 'America/Argentina/ComodRivadavia', 'Canada/Newfoundland'],
    ...['Etc/UTC', 'Etc/UCT', 'Etc/GMT', 'Etc/GMT+1', 'Etc/GMT-14', 'Etc/GMT0', 'Etc/Zulu', 'Etc/Greenwich'],
    ...[
      'America/Port-au-Prince',
      'America/Port_of_Spain',
      'Africa/Dar_es_Salaam',
      'Antarctica/DumontDUrville',
    ],
    ...[
      'Antarctica/McMurdo',
      'Europe/Isle_of_Man',
      'Asia/Ho_Chi_Minh',
      'Asia/Ust-Nera',
      'America/Indiana/Tell_City',
    ],
    ...[
      'America/North_Dakota/New_Salem',
      'America/Buenos_Aires',
      'Asia/Saigon',
      'Pacific/Samoa',
      'Atlantic/Faeroe',
    ],
  ])('stays %s in any case', (name) => {
    expect([name, name.toLowerCase(), name.toUpperCase()].map(zoneName)).toEqual([name, name, name]);
  });

  it.each(['UTC', 'utc', 'Utc'])('is UTC for %s', (text) => {
    expect(zoneName(text)).toBe('UTC');
  });

  it.each([
    ...[
      '',
      ' ',
      'Berlin',
      'Europe/Berlino',
      'Europe',
      'Europe/',
      '/Berlin',
      'EST',
      'CET',
      'GMT',
      'PST8PDT',
      'Z',
    ],
    ...['+02:00', '-0530', 'UTC+2', 'GMT+1', 'SystemV/PST8', 'systemv/est5edt', 'Etc/GMT+99', 'Etc/Unknown'],
    ...[
      'posix/Europe/Berlin',
      'Europe/Berlin ',
      'Europe/\u0130stanbul',
      'Europe/Berl\u0131n',
      'Europe/Berlin\0',
      'A/'.repeat(500),
    ],
  ])('is refused, naming the field, the value and the remedy: %j', (text) => {
    const { field, message } = refusal(text);
    expect(field).toBe('timeZone');
    expect(message).toMatch(/^timeZone '/);
    expect(message).toContain("permitted are IANA names such as 'Europe/Berlin'");
  });

  it.each([
    ['Berlin', 'Europe/Berlin'],
    ['new york', 'America/New_York'],
    ['Europe/Berlino', 'Europe/Berlin'],
    ['Europe/Londn', 'Europe/London'],
    ['europe/new_york', 'America/New_York'],
    ['Tokio', 'Asia/Tokyo'],
    ['Wien', null],
    ['Europe/Munich', null],
    ['GMT', 'UTC'],
    ['z', 'UTC'],
    ['CET', null],
    ['+02:00', null],
    ['Europe/Nowhere_at_all', null],
  ])('suggests for %s %s', (text, name) => {
    const { suggestion, message } = refusal(text);
    expect(suggestion ?? null).toBe(name);
    expect(message.includes('did you mean')).toBe(name !== null);
  });

  it('says of an offset that it does not follow the clock', () => {
    expect(refusal('+02:00').message).toContain('is an offset');
    expect(refusal('CET').message).toContain('an abbreviation');
    expect(refusal('PST8PDT').message).toContain('an abbreviation');
    expect(refusal('Tokio').message).not.toContain('an abbreviation');
  });
});
