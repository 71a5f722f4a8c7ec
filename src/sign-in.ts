// The command sign-in by a name of its own, for containers: node dist/sign-in.js.
process.argv.splice(2, 0, 'sign-in');
await import('./command.js');
