'use strict';
/* Preloaded into what `serve` starts: when `serve` is gone, however it went, this process stops in good order too. */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
