export { answer as GET } from "../../service.js";
