// The settings of LibreOffice for documents of strangers.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

type Value = boolean | number | string;

const common = "/org.openoffice.Office.Common";

/** An address where nothing listens, and that no name server is asked about. */
const nobody = "127.0.0.1";

/** No macros, no links brought up to date, nothing loaded for a document that nobody vouched for, nothing told to anybody. */
const settings: readonly (readonly [path: string, name: string, value: Value])[] = [
  [`${common}/Security/Scripting`, "MacroSecurityLevel", 3],
  [`${common}/Security/Scripting`, "DisableMacrosExecution", true],
  [`${common}/Security/Scripting`, "BlockUntrustedRefererLinks", true],
  [`${common}/Security/Scripting`, "DisableActiveContent", true],
  [`${common}/Security/Scripting`, "DisablePythonRuntime", true],
  [`${common}/Security/Scripting`, "HyperlinksWithCtrlClick", true],
  ["/org.openoffice.Office.Writer/Content/Update", "Link", 2],
  ["/org.openoffice.Office.WriterWeb/Content/Update", "Link", 2],
  ["/org.openoffice.Office.Calc/Content/Update", "Link", 2],
  ["/org.openoffice.Office.Java/VirtualMachine", "Enable", false],
  // Pictures of old Word files are fetched all the same: by way of a proxy that nobody is.
  ["/org.openoffice.Inet/Settings", "ooInetProxyType", 1],
  ["/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", nobody],
  ["/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", 1],
  ["/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", nobody],
  ["/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", 1],
  ["/org.openoffice.Inet/Settings", "ooInetFTPProxyName", nobody],
  ["/org.openoffice.Inet/Settings", "ooInetFTPProxyPort", 1],
  ["/org.openoffice.Inet/Settings", "ooInetNoProxy", ""],
  [`${common}/Misc`, "FirstRun", false],
  [`${common}/Misc`, "ShowTipOfTheDay", false],
  [`${common}/Misc`, "CrashReport", false],
  [`${common}/Misc`, "CollectUsageInformation", false],
  [`${common}/Misc`, "UseOpenCL", false],
  [`${common}/History`, "PickListSize", 0],
  [`${common}/Save/Document`, "AutoSave", false],
  ["/org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", false],
  ["/org.openoffice.Office.Recovery/AutoSave", "Enabled", false],
  [
    "/org.openoffice.Office.Jobs/Jobs/org.openoffice.Office.Jobs:Job['UpdateCheck']/Arguments",
    "AutoCheckEnabled",
    false,
  ],
];

/** Writes the settings as a fresh profile in the folder; LibreOffice adds the rest of it at its first start. */
export async function writeProfile(folder: string): Promise<void> {
  await mkdir(join(folder, "user"), { recursive: true });
  const items = settings.map(
    ([path, name, value]) =>
      `<item oor:path="${path}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`,
  );
  const spaces = 'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"';
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<oor:items ${spaces}>\n${items.join("\n")}\n</oor:items>\n`;
  await writeFile(join(folder, "user", "registrymodifications.xcu"), text);
}
