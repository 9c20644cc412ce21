/** The states of the US and the District of Columbia, as `fax_line/area_codes` takes them. Contract: operations.md. */
export const stateCodes = (
  "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA " +
  "RI SC SD TN TX UT VA VT WA WI WV WY"
).split(" ");

/** The provinces and territories of Canada. */
export const provinceCodes = "AB BC MB NB NL NT NS NU ON PE QC SK YT".split(" ");
