// Area codes of the North American Numbering Plan and of large towns in the United Kingdom, for the development provider.

import type { AreaAsk } from "./fax.ts";

const states: Readonly<Record<string, string>> = {
  AK: "907",
  AL: "205 251 256 334 938",
  AR: "479 501 870",
  AZ: "480 520 602 623 928",
  CA: "209 213 310 323 408 415 424 510 530 559 562 619 626 650 657 661 669 707 714 747 760 805 818 831 858 909 916 925 949 951",
  CO: "303 719 720 970",
  CT: "203 475 860 959",
  DC: "202",
  DE: "302",
  FL: "239 305 321 352 386 407 561 727 754 772 786 813 850 863 904 941 954",
  GA: "229 404 470 478 678 706 762 770 912",
  HI: "808",
  IA: "319 515 563 641 712",
  ID: "208 986",
  IL: "217 224 309 312 331 618 630 708 773 779 815 847 872",
  IN: "219 260 317 463 574 765 812 930",
  KS: "316 620 785 913",
  KY: "270 364 502 606 859",
  LA: "225 318 337 504 985",
  MA: "339 351 413 508 617 774 781 857 978",
  MD: "240 301 410 443 667",
  ME: "207",
  MI: "231 248 269 313 517 586 616 734 810 906 947 989",
  MN: "218 320 507 612 651 763 952",
  MO: "314 417 573 636 660 816",
  MS: "228 601 662 769",
  MT: "406",
  NC: "252 336 704 743 828 910 919 980 984",
  ND: "701",
  NE: "308 402 531",
  NH: "603",
  NJ: "201 551 609 732 848 856 862 908 973",
  NM: "505 575",
  NV: "702 725 775",
  NY: "212 315 332 347 516 518 585 607 631 646 716 718 845 914 917 929 934",
  OH: "216 220 234 330 380 419 440 513 567 614 740 937",
  OK: "405 539 580 918",
  OR: "458 503 541 971",
  PA: "215 267 272 412 484 570 610 717 724 814 878",
  RI: "401",
  SC: "803 843 854 864",
  SD: "605",
  TN: "423 615 629 731 865 901 931",
  TX: "210 214 254 281 325 346 361 409 430 432 469 512 682 713 737 806 817 830 832 903 915 936 940 956 972 979",
  UT: "385 435 801",
  VA: "276 434 540 571 703 757 804",
  VT: "802",
  WA: "206 253 360 425 509",
  WI: "262 414 534 608 715 920",
  WV: "304 681",
  WY: "307",
};

const provinces: Readonly<Record<string, string>> = {
  AB: "403 587 780 825",
  BC: "236 250 604 672 778",
  MB: "204 431",
  NB: "506",
  NL: "709",
  NT: "867",
  NS: "782 902",
  NU: "867",
  ON: "226 249 289 343 365 416 437 519 548 613 647 705 807 905",
  PE: "782 902",
  QC: "367 418 438 450 514 579 581 819 873",
  SK: "306 639",
  YT: "867",
};

/** Towns that can be asked for by name; in the United Kingdom there are no others. */
const towns: Readonly<Record<AreaAsk["country"], Readonly<Record<string, string>>>> = {
  US: {
    atlanta: "404 470 678 770",
    boston: "617 857",
    chicago: "312 773 872",
    dallas: "214 469 972",
    denver: "303 720",
    houston: "281 346 713 832",
    "los angeles": "213 310 323 424 747 818",
    miami: "305 786",
    "new york": "212 332 347 646 718 917 929",
    philadelphia: "215 267",
    phoenix: "480 602 623",
    "san diego": "619 858",
    "san francisco": "415",
    seattle: "206",
    washington: "202",
  },
  CA: {
    calgary: "403 587 825",
    edmonton: "587 780 825",
    halifax: "782 902",
    montreal: "438 514",
    ottawa: "343 613",
    toronto: "416 437 647",
    vancouver: "236 604 672 778",
    winnipeg: "204 431",
  },
  UK: {
    belfast: "28",
    birmingham: "121",
    bristol: "117",
    cardiff: "29",
    edinburgh: "131",
    glasgow: "141",
    leeds: "113",
    liverpool: "151",
    london: "20",
    manchester: "161",
    newcastle: "191",
    sheffield: "114",
  },
};

/** The codes that fit all that is asked, in order; a state says nothing of Canada, a province nothing of the United States. */
export function knownAreaCodes({ country, state, province, city }: AreaAsk): readonly number[] {
  const regions = country === "US" ? states : country === "CA" ? provinces : towns.UK;
  const region = country === "US" ? state : country === "CA" ? province : undefined;
  const inRegion = codesOf(region === undefined ? Object.values(regions).join(" ") : (regions[region] ?? ""));
  if (city === undefined) return inRegion;
  const inTown = new Set(codesOf(towns[country][city.trim().toLowerCase()] ?? ""));
  return inRegion.filter((code) => inTown.has(code));
}

function codesOf(text: string): readonly number[] {
  return [...new Set(text.split(" ").filter(Boolean).map(Number))].toSorted((a, b) => a - b);
}
