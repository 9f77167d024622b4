// The data path: what the server sends, up to arrays that a GPU takes. Nothing here knows how it is
// drawn, so that all of it runs and is tested in Node.

export { Stream, streamAddress, browserSurroundings, PLAIN, COMPRESSED } from './connection';
export type { Closed, EngineState, Hello, StreamCounts, StreamEvents, StreamStatus, Surroundings } from './connection';
export { Decoder, idText, idWords } from './protocol';
export type { BurstRecords, Malformed, Message, VoxelFrame } from './protocol';
export { BurstRing, BURST_COLUMNS, type BurstColumn } from './bursts';
export { Raster } from './raster';
export { Samples, type Percentiles } from './samples';
export { syntheticFrame, syntheticMessage, type SyntheticArea } from './synthetic';
