export async function ensureBrowserCode() {}
