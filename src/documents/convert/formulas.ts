/** Functions that fetch or call something, and references to other workbooks. INDIRECT makes references of texts. */
const reaching =
  /\b(?:WEBSERVICE|FILTERXML|DDE|RTD|CALL|REGISTER|REGISTER\.ID|INDIRECT|EXEC|IMAGE|STOCKHISTORY|CUBE\w+)\s*\(|\[\d+\]|'[^']*\[[^\]]*\][^']*'!|:\/\/|file:|\\\\|#\$|\|/i;

/** Whether a formula of a spreadsheet reaches out of its own workbook, or may. */
export function reachesOut(formula: string): boolean {
  return reaching.test(formula);
}
