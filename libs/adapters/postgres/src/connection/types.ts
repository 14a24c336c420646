import 'reflect-metadata';
import pg from 'pg';

// int8 as number: every bigint of ours is a safe integer (times in ms, offsets), checked where it enters.
pg.types.setTypeParser(20, Number);
// numeric (sums of int8) likewise.
pg.types.setTypeParser(1700, Number);
