"use strict";
const used = later + 1;
const later = 5;
